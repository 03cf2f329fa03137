/** Which hosts a request may name, and from which pages it may come. A page elsewhere that makes its own
 *  name lead to this machine (DNS rebinding) names itself in Host and is refused. @module */
import { isIP } from "node:net";
import { Problem } from "../problem.ts";
import { LEAST_TOKEN_LENGTH } from "./token.ts";

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/** Whether only this machine reaches an address.
 *
 * @example
 * ```ts
 * import { isLoopback } from "./hosts.ts";
 * console.log(isLoopback("127.0.0.1"), isLoopback("0.0.0.0")); // true false
 * ``` */
export function isLoopback(host: string): boolean {
  return LOOPBACK.includes(isIP(host) === 6 ? `[${host}]` : host);
}

/** Refuses an address that others reach, where no token of one's own and no hosts are given.
 *
 * @throws {Error} that says what to give. */
export function checkAddress(
  host: string,
  { token, allowedHosts }: {
    readonly token: string | undefined;
    readonly allowedHosts: readonly string[];
  },
): void {
  if (token !== undefined && token.length < LEAST_TOKEN_LENGTH) {
    throw new Error(
      `Cannot serve with SLUICE_TOKEN: it has ${token.length} characters, and needs ` +
        `${LEAST_TOKEN_LENGTH} or more; make one with: openssl rand -hex 32`,
    );
  }
  if (isLoopback(host)) return;
  if (token === undefined) {
    throw new Error(
      `Cannot serve on ${host}: others reach it, so it needs a token of yours; ` +
        "set SLUICE_TOKEN, 32 characters or more: openssl rand -hex 32",
    );
  }
  if (allowedHosts.length === 0) {
    throw new Error(
      `Cannot serve on ${host}: name the hosts by which it is reached, with --allow-host ` +
        "sluice.example.org or SLUICE_ALLOWED_HOSTS=sluice.example.org",
    );
  }
}

/** Refuses a request whose Host is not one of ours, or whose Origin is another page's.
 *
 * @throws {Problem} 403 */
export function checkHost(request: Request, allowedHosts: readonly string[]): void {
  const host = request.headers.get("host") ?? "";
  const name = host.replace(/:\d+$/, "");
  if (![...LOOPBACK, ...allowedHosts].some((known) => known === name || known === host)) {
    throw new Problem(
      403,
      `Cannot answer for host ${host || "(none)"}: it is not one of ${
        [...LOOPBACK, ...allowedHosts].join(", ")
      }; start the server with --allow-host ${name || "<host>"}`,
    );
  }
  const origin = request.headers.get("origin");
  if (origin !== null && hostOf(origin) !== host) {
    throw new Problem(403, `Cannot answer a page of ${origin}: only pages of ${host} may call`);
  }
}

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
