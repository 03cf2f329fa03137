/** A project with a real server on it, for the tests of `serve/`. @module */
import { join } from "node:path";
import { superviseRun } from "../../runtime/run/supervise_run.ts";
import type { RunResult } from "../../runtime/run/result.ts";
import { compileNotebook } from "../../runtime/compile/compile.ts";
import { type Server, startServer } from "../../runtime/serve/server.ts";
import { openStore } from "../../runtime/store/open_store.ts";

/** A server and its project; both are gone when it is disposed of. */
export interface Served extends AsyncDisposable {
  readonly folder: string;
  readonly server: Server;
  /** A request with the token; a path from the root. */
  get(path: string, init?: RequestInit): Promise<Response>;
  /** Runs a pipeline of the project, past the server. */
  run(pipeline: string, variables?: Readonly<Record<string, string>>): Promise<RunResult>;
}

/** Serves a project whose `notebooks/` hold `notebooks` (name → text). */
export async function serve(notebooks: Readonly<Record<string, string>>): Promise<Served> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice-serve-" }));
  await Deno.mkdir(join(folder, "notebooks"));
  for (const [name, text] of Object.entries(notebooks)) {
    await Deno.writeTextFile(join(folder, "notebooks", `${name}.ipynb`), text);
  }
  const stop = new AbortController();
  const server = await startServer({ projectFolder: folder, port: 0, signal: stop.signal });
  return {
    folder,
    server,
    get: (path, init = {}) => {
      const headers = new Headers(init.headers);
      if (!headers.has("authorization")) headers.set("authorization", `Bearer ${server.token}`);
      return fetch(server.url + path, { ...init, headers });
    },
    async run(pipeline, variables = {}) {
      const store = openStore(folder);
      try {
        const path = join(folder, "notebooks", `${pipeline}.ipynb`);
        const compiled = await compileNotebook(path, { projectFolder: folder });
        return await superviseRun({ compiled, projectFolder: folder, variables }, { store });
      } finally {
        store.close();
      }
    },
    async [Symbol.asyncDispose]() {
      stop.abort();
      await server.ended;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** What a server answered to a request written by hand: clients tidy up what tests want to send. */
export interface RawAnswer {
  readonly status: number;
  readonly text: string;
}

/** Sends `lines` as they are. */
export async function sendRaw(url: string, lines: readonly string[]): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  using connection = await Deno.connect({ hostname, port: Number(port) });
  const request = [...lines, "Connection: close", "", ""].join("\r\n");
  await connection.write(new TextEncoder().encode(request));
  const text = await new Response(connection.readable).text();
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(text)?.[1]), text };
}
