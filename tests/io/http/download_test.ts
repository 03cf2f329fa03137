import assert from "node:assert/strict";
import { join } from "node:path";
import { withScope } from "../../../runtime/context/scope.ts";
import { download, type DownloadOptions } from "../../../runtime/io/http/download.ts";
import { scopeOf } from "../scope_of.ts";
import { numberedBytes, rangeStart, serveFlaky, serveRaw, whole } from "./flaky_server.ts";

const BYTES = numberedBytes(300_000);
const QUICK: DownloadOptions = { retryDelayMs: 1 };

async function fetched(url: URL, options = QUICK): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir();
  try {
    const file = join(folder, "body");
    const size = await download(url, file, options);
    const bytes = await Deno.readFile(file);
    assert.equal(bytes.length, size);
    return bytes;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("download() saves a file whole", async () => {
  await using server = serveFlaky((request) => whole(BYTES, request));
  assert.deepEqual(await fetched(server.url), new Uint8Array(BYTES));
  assert.equal(server.requests.length, 1);
});

Deno.test("download() asks for the bytes as they are and sends the caller's headers", async () => {
  await using server = serveFlaky((request) => whole(BYTES, request));
  await fetched(server.url, { ...QUICK, headers: { authorization: "Bearer x" } });
  const { headers } = server.requests[0]!;
  assert.equal(headers.get("accept-encoding"), "identity");
  assert.equal(headers.get("authorization"), "Bearer x");
});

for (
  const [status, message] of [
    [404, "the server answered 404 Not Found; check the address"],
    [403, "the server answered 403 Forbidden; does it need a login?"],
    [400, "the server answered 400 Bad Request"],
    [302, "the server answered 302 Found; a file was expected"],
  ] as const
) {
  Deno.test(`download() ends at once at ${status}`, async () => {
    await using server = serveFlaky(() => new Response("no", { status }));
    await assert.rejects(fetched(server.url), {
      message: `Cannot read ${server.url}: ${message}`,
    });
    assert.equal(server.requests.length, 1);
  });
}

for (const status of [429, 500, 503]) {
  Deno.test(`download() tries again after ${status}`, async () => {
    await using server = serveFlaky((request, index) =>
      index < 2 ? new Response("busy", { status }) : whole(BYTES, request)
    );
    assert.deepEqual(await fetched(server.url), new Uint8Array(BYTES));
    assert.equal(server.requests.length, 3);
  });
}

Deno.test("download() gives up after its attempts", async () => {
  await using server = serveFlaky(() => new Response("busy", { status: 503 }));
  await assert.rejects(fetched(server.url, { ...QUICK, attempts: 3 }), {
    message:
      `Cannot read ${server.url}: the server answered 503 Service Unavailable (tried 3 times)`,
  });
  assert.equal(server.requests.length, 3);
});

const ANSWERS: readonly (readonly [what: string, head: string, message: string, asked: number])[] =
  [
    [
      "redirects in a circle",
      "HTTP/1.1 302 Found\r\nlocation: /data.csv",
      "it redirects in a circle; check the address",
      21,
    ],
    [
      "redirects to ftp",
      "HTTP/1.1 302 Found\r\nlocation: ftp://x/y",
      "it redirects to what is neither http nor https",
      1,
    ],
    [
      "does not speak HTTP",
      "SSH-2.0-OpenSSH_9",
      "what answers does not speak HTTP (tried 2 times)",
      2,
    ],
  ];

for (const [what, head, message, asked] of ANSWERS) {
  Deno.test(`download() says that a server ${what}`, async () => {
    await using server = serveRaw(async (connection) => {
      const answer = `${head}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`;
      await connection.write(new TextEncoder().encode(answer));
      connection.close();
    });
    await assert.rejects(fetched(server.url, { ...QUICK, attempts: 2 }), {
      message: `Cannot read ${server.url}: ${message}`,
    });
    assert.equal(server.requests.length, asked);
  });
}

Deno.test("download() says that a port is never asked", async () => {
  await assert.rejects(fetched(new URL("http://127.0.0.1:1/a.csv")), {
    message:
      "Cannot read http://127.0.0.1:1/a.csv: its port is one that is never used for http; check the address",
  });
});

Deno.test("download() says that nothing listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = new URL(`http://127.0.0.1:${listener.addr.port}/a.csv`);
  listener.close();
  await assert.rejects(fetched(url, { ...QUICK, attempts: 2 }), {
    message:
      `Cannot read ${url}: the connection was refused; is the server running? (tried 2 times)`,
  });
});

function headOf(length: number, extra = ""): Uint8Array {
  return new TextEncoder().encode(
    `HTTP/1.1 200 OK\r\ncontent-length: ${length}\r\n${extra}connection: close\r\n\r\n`,
  );
}

async function send(connection: Deno.Conn, bytes: Uint8Array): Promise<void> {
  for (let sent = 0; sent < bytes.length;) sent += await connection.write(bytes.subarray(sent));
}

Deno.test("download() resumes a cut connection where it broke off", async () => {
  await using server = serveRaw(async (connection, _head, index) => {
    const request = server.requests[index]!;
    if (index === 0) {
      await send(connection, headOf(BYTES.length, 'etag: "one"\r\n'));
      await send(connection, BYTES.subarray(0, 100_000));
    } else {
      const start = rangeStart(request) ?? 0;
      const rest = BYTES.subarray(start);
      await send(
        connection,
        new TextEncoder().encode(
          `HTTP/1.1 206 Partial Content\r\netag: "one"\r\ncontent-length: ${rest.length}\r\n` +
            `content-range: bytes ${start}-${
              BYTES.length - 1
            }/${BYTES.length}\r\nconnection: close\r\n\r\n`,
        ),
      );
      await send(connection, rest);
    }
    connection.close();
  });
  assert.deepEqual(await fetched(server.url), new Uint8Array(BYTES));
  assert.equal(server.requests.length, 2);
  assert.ok((rangeStart(server.requests[1]!) ?? 0) > 0);
  assert.equal(server.requests[1]!.headers.get("if-range"), '"one"');
});

Deno.test("download() starts over where the server cannot prove that the file is the same", async () => {
  await using server = serveRaw(async (connection, _head, index) => {
    await send(connection, headOf(BYTES.length));
    await send(connection, index === 0 ? BYTES.subarray(0, 100_000) : BYTES);
    connection.close();
  });
  assert.deepEqual(await fetched(server.url), new Uint8Array(BYTES));
  assert.equal(server.requests[1]!.headers.get("range"), null);
});

Deno.test("download() starts over where the file changed between two requests", async () => {
  const changed = numberedBytes(50_000).map((byte) => byte ^ 0xff);
  await using server = serveRaw(async (connection, _head, index) => {
    if (index === 0) {
      await send(connection, headOf(BYTES.length, 'etag: "one"\r\n'));
      await send(connection, BYTES.subarray(0, 100_000));
    } else {
      await send(connection, headOf(changed.length, 'etag: "two"\r\n'));
      await send(connection, changed);
    }
    connection.close();
  });
  assert.deepEqual(await fetched(server.url), new Uint8Array(changed));
});

Deno.test("download() never takes a short body for the whole", async () => {
  await using server = serveRaw(async (connection) => {
    await send(connection, headOf(BYTES.length));
    await send(connection, BYTES.subarray(0, 1000));
    connection.close();
  });
  await assert.rejects(fetched(server.url, { ...QUICK, attempts: 2 }), {
    message:
      `Cannot read ${server.url}: the connection broke off (tried 2 times, 1000 of 300000 bytes had arrived)`,
  });
});

Deno.test("download() gives up a silent connection and asks again", async () => {
  await using server = serveRaw(async (connection, _head, index) => {
    await send(connection, headOf(BYTES.length));
    if (index === 0) return await send(connection, BYTES.subarray(0, 1000));
    await send(connection, BYTES);
    connection.close();
  });
  const bytes = await fetched(server.url, { ...QUICK, stallTimeoutMs: 150 });
  assert.deepEqual(bytes, new Uint8Array(BYTES));
  assert.equal(server.requests.length, 2);
});

Deno.test("download() says for how long a server was silent", async () => {
  await using server = serveRaw(() => Promise.resolve());
  await assert.rejects(fetched(server.url, { ...QUICK, attempts: 2, stallTimeoutMs: 100 }), {
    message: `Cannot read ${server.url}: the server sent nothing for 0.1 s (tried 2 times)`,
  });
});

Deno.test("download() ends with its run's cancellation", async () => {
  const ending = new AbortController();
  await using server = serveRaw(async (connection) => {
    await send(connection, headOf(BYTES.length));
    ending.abort(new Error("cancelled by hand"));
  });
  const scope = scopeOf({ signal: ending.signal });
  await assert.rejects(withScope(scope, () => fetched(server.url)), {
    message: "cancelled by hand",
  });
});

Deno.test("download() reports how far it has come", async () => {
  await using server = serveFlaky((request) => whole(BYTES, request));
  const scope = scopeOf({});
  await withScope(scope, () => fetched(server.url));
  assert.deepEqual(scope.events.at(-1), {
    type: "progress",
    progress: { label: `${server.url}`, done: 300_000, total: 300_000, unit: "bytes" },
  });
});
