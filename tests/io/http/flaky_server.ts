/** A real HTTP server on this machine that misbehaves as a test tells it to. @module */

/** What the server does with its n-th request, counted from 0. */
export type Answer = (request: Request, index: number) => Response | Promise<Response>;

/** A listening server; disposing of it closes its connections. */
export interface FlakyServer extends AsyncDisposable {
  readonly url: URL;
  readonly requests: Request[];
}

export function serveFlaky(answer: Answer): FlakyServer {
  const requests: Request[] = [];
  const ending = new AbortController();
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, signal: ending.signal, onListen() {} },
    (request) => answer(request, requests.push(request) - 1),
  );
  return {
    url: new URL(`http://127.0.0.1:${server.addr.port}/data.csv`),
    requests,
    async [Symbol.asyncDispose]() {
      ending.abort();
      await server.finished;
    },
  };
}

/** Serves `bytes` as a good server would: with its length, an ETag, and ranges. */
export function whole(bytes: Uint8Array<ArrayBuffer>, request: Request): Response {
  const headers = { etag: '"one"', "accept-ranges": "bytes" };
  const start = rangeStart(request);
  if (start === undefined || request.headers.get("if-range") !== headers.etag) {
    return new Response(bytes, { headers: { ...headers, "content-length": `${bytes.length}` } });
  }
  const rest = bytes.slice(start);
  return new Response(rest, {
    status: 206,
    headers: {
      ...headers,
      "content-length": `${rest.length}`,
      "content-range": `bytes ${start}-${bytes.length - 1}/${bytes.length}`,
    },
  });
}

export function rangeStart(request: Request): number | undefined {
  const [, start] = /^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "") ?? [];
  return start === undefined ? undefined : Number(start);
}

/** Raw answers over TCP, for what an HTTP library would not let a server do: promise one length and
 *  send another, or cut the connection. `write` gets the request's head and the connection. */
export function serveRaw(
  write: (connection: Deno.Conn, head: string, index: number) => Promise<void>,
): FlakyServer {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const requests: Request[] = [];
  const open = new Set<Deno.Conn>();
  const url = new URL(`http://127.0.0.1:${listener.addr.port}/data.csv`);
  const serving = (async () => {
    for await (const connection of listener) {
      open.add(connection);
      const head = await readHead(connection);
      const headers = new Headers(
        head.split("\r\n").slice(1).filter((line) => line.includes(":"))
          .map((line) => [line.slice(0, line.indexOf(":")), line.slice(line.indexOf(":") + 1)]),
      );
      write(connection, head, requests.push(new Request(url, { headers })) - 1).catch(() => {});
    }
  })();
  return {
    url,
    requests,
    async [Symbol.asyncDispose]() {
      listener.close();
      await serving.catch(() => {});
      for (const connection of open) closeQuietly(connection);
    },
  };
}

async function readHead(connection: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(4096);
  let head = "";
  while (!head.includes("\r\n\r\n")) {
    const count = await connection.read(buffer);
    if (count === null) break;
    head += new TextDecoder().decode(buffer.subarray(0, count));
  }
  return head;
}

function closeQuietly(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // the test closed it
  }
}

/** A text of `length` bytes that no two places share. */
export function numberedBytes(length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  for (let index = 0; index < length; index++) bytes[index] = (index * 31 + (index >> 8)) & 0xff;
  return bytes;
}
