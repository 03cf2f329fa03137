/** A real server of Cloud Storage's protocol for tests.
 *
 *  `const gcs = await testGcs();` at the top of a test file gives the suite's server, which SLUICE_TEST_GCS
 *  names, or else one of the file's own; it is a `Tool` for `testWith`. `await using bucket = await
 *  testBucket(url)` gives a test a bucket and a project folder of its own, with looks past Sluice's code by
 *  plain HTTP. @module */
import { join } from "node:path";
import { freePort } from "./free_port.ts";
import { gcsProgram } from "./gcs_program.ts";
import { type BlockOptions, inRun } from "./postgres.ts";
import type { Tool } from "./tools.ts";

/** A server that this process started. */
export interface GcsServer {
  /** Without a path: `http://127.0.0.1:4443`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** The server ends, and its files go, when the pipe to its starter does, however that ends. */
const SERVE = `
folder=$(mktemp -d -t sluice-gcs-XXXXXX)
program=$1; shift
"$program" "$@" -filesystem-root "$folder" &
server=$!
cat > /dev/null
kill $server; wait $server; rm -rf "$folder"
`;

let found: Promise<Tool<string>> | undefined;

/** The address of this process's server. */
export function testGcs(): Promise<Tool<string>> {
  return found ??= findServer();
}

async function findServer(): Promise<Tool<string>> {
  const known = Deno.env.get("SLUICE_TEST_GCS");
  if (known) return { found: known };
  const started = await startTestGcs();
  return "found" in started ? { found: started.found.url } : started;
}

/** Starts a server and waits until it answers. */
export async function startTestGcs(): Promise<Tool<GcsServer>> {
  const program = await gcsProgram();
  if (!("found" in program)) return program;
  const port = freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = new Deno.Command("sh", {
    args: ["-c", SERVE, "sh", program.found, ...serveArgs(port, url)],
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  child.unref();
  let ended: number | undefined;
  void child.status.then(({ code }) => ended = code);
  while (!await answers(url)) {
    if (ended !== undefined) {
      throw new Error(`Cannot start fake-gcs-server: it ended with ${ended}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const stop = async () => {
    await child.stdin.close();
    await child.status;
  };
  return { found: { url, stop } };
}

function serveArgs(port: number, url: string): string[] {
  return [
    ...["-scheme", "http", "-host", "127.0.0.1", "-port", String(port)],
    ...["-public-host", `127.0.0.1:${port}`, "-external-url", url],
    ...["-backend", "filesystem", "-log-level", "error"],
  ];
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/storage/v1/b?project=test`);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** A bucket of a test's own. */
export interface TestBucket extends AsyncDisposable {
  readonly name: string;
  /** A temporary project folder, whose io_config.yaml has the profiles `default` and `dev`: this bucket. */
  readonly folder: string;
  /** Calls `work` as a block of a run in `folder`. */
  inRun<Result>(work: () => Promise<Result>, options?: BlockOptions): Promise<Result>;
  /** The names of the objects, sorted, as the server tells them. */
  names(prefix?: string): Promise<string[]>;
  bytes(name: string): Promise<Uint8Array>;
  /** Puts an object there past Sluice. */
  put(name: string, content: string | Uint8Array<ArrayBuffer>): Promise<void>;
  /** Deletes the objects. */
  clear(): Promise<void>;
}

/** Makes a bucket on the server at `url`; `endpoint` is where the profiles say that it is. */
export async function testBucket(
  url: string,
  { endpoint = url }: { readonly endpoint?: string } = {},
): Promise<TestBucket> {
  const name = `test-${crypto.randomUUID().slice(0, 13)}`;
  await ok(fetch(`${url}/storage/v1/b?project=test`, {
    method: "POST",
    body: JSON.stringify({ name }),
  }));
  const folder = await Deno.makeTempDir({ prefix: "sluice-gcs-test-" });
  const keys = `  GOOGLE_STORAGE_ENDPOINT: ${endpoint}\n  GOOGLE_BUCKET: ${name}\n`;
  await Deno.writeTextFile(
    join(folder, "io_config.yaml"),
    `default:\n${keys}dev:\n${keys}`,
  );
  const names = (prefix = "") => namesIn(url, name, prefix);
  const clear = async () => {
    for (const object of await names()) {
      const path = `${url}/storage/v1/b/${name}/o/${encodeURIComponent(object)}`;
      await (await fetch(path, { method: "DELETE" })).body?.cancel();
    }
  };
  return {
    name,
    folder,
    inRun: (work, options) => inRun(folder, work, options),
    names,
    async bytes(object) {
      const path = `${url}/storage/v1/b/${name}/o/${encodeURIComponent(object)}?alt=media`;
      return await (await ok(fetch(path))).bytes();
    },
    async put(object, body) {
      const query = new URLSearchParams({ uploadType: "media", name: object });
      const answer = await ok(
        fetch(`${url}/upload/storage/v1/b/${name}/o?${query}`, { method: "POST", body }),
      );
      await answer.body?.cancel();
    },
    clear,
    async [Symbol.asyncDispose]() {
      await clear();
      await (await fetch(`${url}/storage/v1/b/${name}`, { method: "DELETE" })).body?.cancel();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** The names of a bucket's objects, by plain HTTP. */
export async function namesIn(url: string, bucket: string, prefix = ""): Promise<string[]> {
  const query = new URLSearchParams({ prefix });
  const answer = await ok(fetch(`${url}/storage/v1/b/${bucket}/o?${query}`));
  const { items = [] } = await answer.json() as { items?: readonly { name: string }[] };
  return items.map((item) => item.name).sort();
}

async function ok(asked: Promise<Response>): Promise<Response> {
  const answer = await asked;
  if (answer.ok) return answer;
  throw new Error(`the server answered ${answer.status}: ${await answer.text()}`);
}
