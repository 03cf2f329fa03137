/** A real HTTP proxy that fails as a test tells it to: it cuts connections after so many bytes, answers
 *  503 or 429, stalls, and damages bytes. What no fault meets goes through to the server unchanged.
 *  @module */

/** What becomes of one request. */
export type ProxyFault =
  /** Not sent on; this is the answer. */
  | { readonly kind: "answer"; readonly status: number; readonly body?: string }
  /** Sent on until so many bytes of its body are through, then both connections end. */
  | { readonly kind: "cut request"; readonly after: number }
  /** Sent on whole; its answer is cut after so many bytes of the body, at 0 before its head. */
  | { readonly kind: "cut answer"; readonly after: number }
  /** Taken and never answered. */
  | { readonly kind: "stall" }
  /** Sent on with one byte of its body changed. */
  | { readonly kind: "damage" };

/** A request as the proxy saw it. */
export interface Seen {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Headers;
  /** Bytes of the body that went on to the server. */
  bytes: number;
}

/** A listening proxy; disposing of it closes its connections. */
export interface FaultProxy extends AsyncDisposable {
  /** Without a path. */
  readonly url: string;
  readonly seen: Seen[];
}

/** Serves in front of `target`.
 *
 * @param fault says what becomes of the n-th request, counted from 0; undefined lets it through */
export function serveFaults(
  target: string,
  fault: (seen: Seen, index: number) => ProxyFault | undefined,
): FaultProxy {
  const { hostname, port } = new URL(target);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const seen: Seen[] = [];
  const open = new Set<Deno.Conn>();
  const serving = (async () => {
    for await (const client of listener) {
      open.add(client);
      converse(client).catch(() => {}).finally(() => close(client, open));
    }
  })();

  /** One request a connection: a proxy that fails needs no more. */
  async function converse(client: Deno.Conn): Promise<void> {
    const { head, rest } = await readHead(client);
    const [first = "", ...lines] = head.split("\r\n");
    const [method = "", path = ""] = first.split(" ");
    const headers = new Headers(
      lines.filter((line) => line.includes(":")).map((line) => {
        const at = line.indexOf(":");
        return [line.slice(0, at), line.slice(at + 1).trim()];
      }),
    );
    if (first === "") return;
    const request: Seen = { method, path, headers, bytes: 0 };
    const how = fault(request, seen.push(request) - 1);
    if (how?.kind === "stall") return await stalled(client);
    const length = Number(headers.get("content-length") ?? 0);
    if (how?.kind === "answer") {
      await drain(client, length - rest.length);
      return await writeAll(client, plainAnswer(how.status, how.body ?? ""));
    }
    const server = await Deno.connect({ hostname, port: Number(port) });
    open.add(server);
    try {
      await writeAll(server, new TextEncoder().encode(aloneHead(first, lines)));
      const isWhole = await passBody(client, server, rest, { request, headers, length, how });
      if (!isWhole) return;
      await passAnswer(server, client, how?.kind === "cut answer" ? how.after : undefined);
    } finally {
      close(server, open);
    }
  }

  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    seen,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving.catch(() => {});
      for (const connection of open) close(connection, open);
    },
  };
}

/** The request's head, for a connection that ends with the answer. */
function aloneHead(first: string, lines: readonly string[]): string {
  const kept = lines.filter((line) => line !== "" && !/^connection:/i.test(line));
  return [first, ...kept, "connection: close", "", ""].join("\r\n");
}

/** Sends the body on; false where the fault ended it. */
async function passBody(
  client: Deno.Conn,
  server: Deno.Conn,
  rest: Uint8Array,
  { request, headers, length, how }: {
    readonly request: Seen;
    readonly headers: Headers;
    readonly length: number;
    readonly how: ProxyFault | undefined;
  },
): Promise<boolean> {
  const isChunked = headers.get("transfer-encoding") === "chunked";
  const most = how?.kind === "cut request" ? how.after : Infinity;
  let chunk: Uint8Array | null = rest;
  let tail = "";
  while (chunk !== null) {
    if (how?.kind === "damage" && chunk.length > 0) chunk[chunk.length >> 1]! ^= 1;
    const passed = chunk.subarray(0, Math.min(chunk.length, most - request.bytes));
    await writeAll(server, passed);
    request.bytes += passed.length;
    if (request.bytes >= most) return false;
    tail = (tail + new TextDecoder("latin1").decode(chunk.slice(-8))).slice(-8);
    if (isChunked ? tail.endsWith("0\r\n\r\n") : request.bytes >= length) return true;
    chunk = await readSome(client);
  }
  return false;
}

async function passAnswer(
  server: Deno.Conn,
  client: Deno.Conn,
  after: number | undefined,
): Promise<void> {
  const { head, rest } = await readHead(server);
  if (after === 0) return;
  await writeAll(client, new TextEncoder().encode(aloneHead(...headParts(head))));
  let left = after ?? Infinity;
  for (let chunk: Uint8Array | null = rest; chunk !== null; chunk = await readSome(server)) {
    await writeAll(client, chunk.subarray(0, Math.min(chunk.length, left)));
    left -= chunk.length;
    if (left <= 0) return;
  }
}

function headParts(head: string): [string, string[]] {
  const [first = "", ...lines] = head.split("\r\n");
  return [first, lines];
}

function plainAnswer(status: number, body: string): Uint8Array {
  const bytes = new TextEncoder().encode(body);
  const type = body.startsWith("{") ? "application/json" : "text/plain";
  return new TextEncoder().encode(
    `HTTP/1.1 ${status} Told\r\ncontent-type: ${type}\r\ncontent-length: ${bytes.length}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
}

/** Waits until the client gives up. */
async function stalled(client: Deno.Conn): Promise<void> {
  while (await readSome(client) !== null);
}

async function drain(connection: Deno.Conn, bytes: number): Promise<void> {
  for (let left = bytes; left > 0;) left -= (await readSome(connection))?.length ?? left;
}

async function readHead(connection: Deno.Conn): Promise<{ head: string; rest: Uint8Array }> {
  let bytes = new Uint8Array(0);
  for (;;) {
    const text = new TextDecoder("latin1").decode(bytes);
    const at = text.indexOf("\r\n\r\n");
    if (at >= 0) return { head: text.slice(0, at), rest: bytes.slice(at + 4) };
    const more = await readSome(connection);
    if (more === null) return { head: "", rest: new Uint8Array(0) };
    const joined = new Uint8Array(bytes.length + more.length);
    joined.set(bytes);
    joined.set(more, bytes.length);
    bytes = joined;
  }
}

async function readSome(connection: Deno.Conn): Promise<Uint8Array | null> {
  const buffer = new Uint8Array(2 ** 16);
  const count = await connection.read(buffer).catch(() => null);
  return count === null ? null : buffer.subarray(0, count);
}

async function writeAll(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await connection.write(bytes.subarray(written));
  }
}

function close(connection: Deno.Conn, open: Set<Deno.Conn>): void {
  if (!open.delete(connection)) return;
  try {
    connection.close();
  } catch {
    // its end closed it
  }
}
