/** Stands before every route: host, origin, path, size, token and JSON, and the headers of every answer.
 *  @module */
import type { MiddlewareHandler } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { checkLength } from "../body_text.ts";
import { Problem } from "../problem.ts";
import { jsonBody } from "../valid.ts";
import { checkHost } from "./hosts.ts";
import { cookieFrom, isSameSecret } from "./token.ts";

export interface GuardOptions {
  readonly token: string;
  readonly allowedHosts: readonly string[];
  /** Of the server: cookies of one host are shared by its ports. */
  readonly port: () => number;
}

/** Health is asked by what starts the server, hooks have tokens of their own. */
const OPEN = /^\/(healthz|readyz|hooks\/[^/]+|assets\/[\w.]+)$/;

/** The guards in their order. */
export function guards(options: GuardOptions): readonly MiddlewareHandler[] {
  return [headers, ofHost(options), plainPath, limit, ofToken(options), jsonAlone];
}

const CONTENT_POLICY = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; " +
  "frame-src 'self'; frame-ancestors 'none'";

const headers: MiddlewareHandler = async (context, next) => {
  await next();
  const set = (name: string, value: string) => {
    if (!context.res.headers.has(name)) context.res.headers.set(name, value);
  };
  set("content-security-policy", CONTENT_POLICY);
  set("x-content-type-options", "nosniff");
  set("x-frame-options", "DENY");
  set("referrer-policy", "no-referrer");
  set("cross-origin-opener-policy", "same-origin");
  set("cross-origin-resource-policy", "same-origin");
  set("cache-control", "no-store");
};

function ofHost({ allowedHosts }: GuardOptions): MiddlewareHandler {
  return async (context, next) => {
    checkHost(context.req.raw, allowedHosts);
    await next();
  };
}

const LONGEST_NAME = 200;

/** A part of a path names one thing: none goes up, none holds a slash. */
const plainPath: MiddlewareHandler = async (context, next) => {
  const { pathname } = new URL(context.req.url);
  for (const part of pathname.split("/")) {
    const plain = decoded(part);
    // deno-lint-ignore no-control-regex -- they have no place in a name
    if (plain === undefined || /[/\\\u0000-\u001f\u007f]|^\.\.?$/.test(plain)) {
      throw new Problem(
        400,
        `Cannot take ${part} in a path: a name has no slashes, dots alone or control characters`,
      );
    }
    if (plain.length > LONGEST_NAME) {
      throw new Problem(
        400,
        `Cannot take ${
          plain.slice(0, 20)
        }… in a path: a name has at most ${LONGEST_NAME} characters`,
      );
    }
  }
  await next();
};

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part);
  } catch {
    return undefined;
  }
}

const limit: MiddlewareHandler = async (context, next) => {
  checkLength(context.req.raw);
  await next();
};

/** A body that is no JSON is refused by routes that take none, too; hooks read theirs once they know the token. */
const jsonAlone: MiddlewareHandler = async (context, next) => {
  if (!OPEN.test(context.req.path)) await jsonBody(context);
  await next();
};

/** A request brings the token in its header, or the cookie that the token's address left in the browser. */
function ofToken({ token, port }: GuardOptions): MiddlewareHandler {
  const cookie = cookieFrom(token);
  return async (context, next) => {
    const { req } = context;
    const given = new URL(req.url).searchParams.get("token");
    if (req.method === "GET" && given !== null && isSameSecret(given, token)) {
      setCookie(context, `sluice_${port()}`, cookie, {
        httpOnly: true,
        sameSite: "Strict",
        path: "/",
        secure: req.header("x-forwarded-proto") === "https",
      });
      const clean = new URL(req.url);
      clean.searchParams.delete("token");
      return context.redirect(clean.pathname + clean.search, 303);
    }
    if (OPEN.test(req.path)) return await next();
    const bearer = /^Bearer (.+)$/i.exec(req.header("authorization") ?? "")?.[1];
    if (bearer !== undefined && isSameSecret(bearer, token)) return await next();
    const kept = getCookie(context, `sluice_${port()}`);
    if (kept === undefined || !isSameSecret(kept, cookie)) throw needsToken(bearer ?? given);
    if (req.method !== "GET" && req.method !== "HEAD" && !req.header("origin")) {
      throw new Problem(
        403,
        "Cannot change anything by the cookie alone: the request names no Origin; " +
          "send the token as Authorization: Bearer <token>",
      );
    }
    await next();
  };
}

function needsToken(given: string | null): Problem {
  return new Problem(
    401,
    (given === null ? "Cannot answer without the token" : "Cannot answer: the token is another's") +
      "; send Authorization: Bearer <token>, or open the address that the server printed when " +
      "it started (it is in .sluice/server.json too)",
  );
}
