/** A real server of BigQuery's protocols for tests: HTTP for its API, gRPC for Storage Read.
 *
 *  `const bigQuery = await testBigQuery();` at the top of a test file gives the suite's server, which
 *  SLUICE_TEST_BIGQUERY names, or else one of the file's own; it is a `Tool` for `testWith`. The server
 *  reads `gs://` from the one that SLUICE_TEST_GCS names. @module */
import { bigQueryProgram } from "./bigquery_program.ts";
import { freePort } from "./free_port.ts";
import type { Tool } from "./tools.ts";

/** How to reach the server. */
export interface BigQueryAddress {
  /** Of the API, without a path: `http://127.0.0.1:9050`. */
  readonly url: string;
  /** Of Storage Read: `127.0.0.1:9060`. */
  readonly grpc: string;
  readonly project: string;
}

/** A server that this process started. */
export interface BigQueryServer extends BigQueryAddress {
  stop(): Promise<void>;
}

const PROJECT = "test";

/** The server ends, and its files go, when the pipe to its starter does: with `stop`, or with the
 *  starter however that ends. One thread does a question: so small are they that two take longer. */
const SERVE = `
import duckdb, os, shutil, sys, tempfile, threading
folder = tempfile.mkdtemp(prefix="sluice-bigquery-")
def end():
    sys.stdin.read()
    shutil.rmtree(folder, ignore_errors=True)
    os._exit(0)
threading.Thread(target=end, daemon=True).start()
connect = duckdb.connect
def connect_one_thread(*args, config={}, **options):
    return connect(*args, config={**config, "threads": 1}, **options)
duckdb.connect = connect_one_thread
from local_bigquery.cli import main
main([*sys.argv[1:], "--data-dir", folder])
`;

let found: Promise<Tool<BigQueryAddress>> | undefined;

/** The server of this process's tests.
 *
 * @param storage the server that it reads `gs://` from, where it is the file's own */
export function testBigQuery(
  storage: string | undefined = Deno.env.get("SLUICE_TEST_GCS"),
): Promise<Tool<BigQueryAddress>> {
  return found ??= findServer(storage);
}

async function findServer(storage: string | undefined): Promise<Tool<BigQueryAddress>> {
  const known = Deno.env.get("SLUICE_TEST_BIGQUERY");
  if (known) return { found: JSON.parse(known) };
  return await startTestBigQuery({ storage });
}

/** Starts a server; `storage` is the address of the one that it reads `gs://` from. */
export async function startTestBigQuery(
  { storage }: { readonly storage?: string | undefined } = {},
): Promise<Tool<BigQueryServer>> {
  const program = await bigQueryProgram();
  if (!("found" in program)) return program;
  const [port, grpcPort] = [freePort(), freePort()];
  const child = new Deno.Command(program.found, {
    args: ["-c", SERVE, ...serveArgs(port, grpcPort)],
    env: storage ? { STORAGE_EMULATOR_HOST: storage } : {},
    stdin: "piped",
    stdout: "null",
    stderr: "null",
  }).spawn();
  child.unref();
  const url = `http://127.0.0.1:${port}`;
  let ended: number | undefined;
  void child.status.then(({ code }) => ended = code);
  while (!await answers(url)) {
    if (ended !== undefined) {
      throw new Error(
        `Cannot start local-bigquery: it ended with ${ended}; look at .sluice/bigquery-tests`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const stop = async () => {
    await child.stdin.close();
    await child.status;
  };
  return { found: { url, grpc: `127.0.0.1:${grpcPort}`, project: PROJECT, stop } };
}

function serveArgs(port: number, grpcPort: number): string[] {
  return [
    ...["--host", "127.0.0.1", "--port", String(port), "--grpc-port", String(grpcPort)],
    ...["--project", PROJECT],
  ];
}

/** Whether the server answers yet.
 *
 * @throws {Error} when it does, but with an error: it will not mend. */
async function answers(url: string): Promise<boolean> {
  const response = await fetch(`${url}/bigquery/v2/projects/${PROJECT}/datasets`)
    .catch(() => undefined);
  if (response === undefined) return false;
  const text = await response.text();
  if (response.ok) return true;
  throw new Error(`Cannot start local-bigquery: it answers ${response.status}: ${text}`);
}
