/** The trigger server: joins the history, what goes on in the background and the HTTP application, and ends
 *  them in turn. @module */
import { openStore } from "../store/open_store.ts";
import { appOf } from "./app.ts";
import { openBackground } from "./background.ts";
import { EventLog } from "./event_log.ts";
import { checkAddress } from "./security/hosts.ts";
import { newToken } from "./security/token.ts";
import { holdPlace } from "./server_file.ts";

export interface StartServerOptions {
  /** Absolute. */
  readonly projectFolder: string;
  /** The address to listen on; this machine's own unless given. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  /** A token of one's own, 32 characters or more; a new one unless given. */
  readonly token?: string | undefined;
  /** The hosts by which others reach the server, as their requests name them. */
  readonly allowedHosts?: readonly string[];
  /** Aborting it drains the server and ends it. */
  readonly signal: AbortSignal;
}

/** A server that listens. */
export interface Server {
  /** Without the token. */
  readonly url: string;
  readonly token: string;
  /** Resolves when everything has ended. */
  readonly ended: Promise<void>;
}

/** Starts the project's server; resolves when it listens.
 *
 * @throws {Error} when the project has a running one, the address is not safe to serve on or taken. */
export async function startServer(
  { projectFolder, host = "127.0.0.1", port = 6789, token, allowedHosts = [], signal }:
    StartServerOptions,
): Promise<Server> {
  checkAddress(host, { token, allowedHosts });
  await using opening = new AsyncDisposableStack();
  const place = opening.use(await holdPlace(projectFolder));
  const ownToken = token ?? newToken();
  const store = openStore(projectFolder);
  opening.defer(() => store.close());
  const events = new EventLog();
  const background = await openBackground({ projectFolder, store, events });
  opening.defer(() => background.close());
  const ending = new AbortController();
  const { dispatcher, nextTimes } = background;
  const parts = { projectFolder, store, dispatcher, nextTimes, events, signal: ending.signal };
  const bound = { port };
  const app = appOf(parts, {
    token: ownToken,
    allowedHosts: [...allowedHosts, ...ownNames(host)],
    port: () => bound.port,
  });
  const http = listen(app.fetch, { host, port });
  bound.port = http.addr.port;
  const url = `http://${shownHost(host)}:${bound.port}`;
  place.announce({ url, token: ownToken, pid: Deno.pid });
  opening.defer(() => http.shutdown());
  // Streams first: as long as one is open, the listener does not end.
  opening.defer(() => ending.abort());
  const open = opening.move();
  return { url, token: ownToken, ended: aborted(signal).then(() => open.disposeAsync()) };
}

type Handler = (request: Request) => Response | Promise<Response>;

function listen(
  handler: Handler,
  { host, port }: { readonly host: string; readonly port: number },
): Deno.HttpServer<Deno.NetAddr> {
  try {
    return Deno.serve({ hostname: host, port, onListen: () => {} }, (request) => handler(request));
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AddrInUse)) throw cause;
    throw new Error(
      `Cannot serve on ${host}:${port}: the port is taken; choose another with --port`,
      { cause },
    );
  }
}

/** An address that was chosen is one to be reached by; no other host's name leads to it unseen. */
function ownNames(host: string): readonly string[] {
  return host === "0.0.0.0" || host === "::" ? [] : [shownHost(host)];
}

/** What a browser on this machine can open: it may not know `0.0.0.0`. */
function shownHost(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) =>
    signal.addEventListener("abort", () => resolve(), { once: true })
  );
}
