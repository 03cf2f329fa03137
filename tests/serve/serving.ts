/** The real server of a project, `sluice serve`, as a process that tests ask over HTTP and kill. @module */
import { findServer } from "../../runtime/serve/server_file.ts";
import type { Project } from "../commands/project_of.ts";
import { firstLine, until } from "../e2e/watching.ts";

/** A run as the API tells it, as far as tests look. */
export interface ServedRun {
  readonly run: string;
  readonly status: string;
  readonly attempt: number;
  readonly error: string | null;
  readonly trigger: string | null;
  readonly dueAt: string | null;
  readonly blocks: readonly ServedBlock[];
}

export interface ServedBlock {
  readonly block: string;
  readonly status: string;
  readonly attempts: number;
  readonly error: string | null;
  readonly hasSavedOutputs: boolean;
  readonly wait: { readonly since: string; readonly lookAt: string | null } | null;
}

/** A server that listens; killed where the variable ends. */
export interface Serving extends AsyncDisposable {
  readonly pid: number;
  readonly url: string;
  readonly token: string;
  // deno-lint-ignore no-explicit-any -- answers of many shapes, each judged where it is read
  get(path: string): Promise<any>;
  // deno-lint-ignore no-explicit-any -- as above
  post(path: string, body?: unknown): Promise<any>;
  // deno-lint-ignore no-explicit-any -- as above
  patch(path: string, body: unknown): Promise<any>;
  /** The HTML of a page. */
  page(path: string): Promise<string>;
  /** Starts a run of the pipeline; gives its id. */
  start(pipeline: string): Promise<string>;
  run(id: string): Promise<ServedRun>;
  block(run: string, name: string): Promise<ServedBlock | undefined>;
  /** What the run has printed. */
  printed(run: string): Promise<string>;
  /** Waits until the run has ended. */
  ended(run: string): Promise<ServedRun>;
  /** Resolves with its code when it has ended. */
  kill(signal: "SIGKILL" | "SIGTERM"): Promise<number>;
}

/** Starts the server of the project, and waits until it listens. */
export async function startServing(project: Project): Promise<Serving> {
  const process = project.start(["serve", "--port", "0"]);
  await firstLine(process, /Sluice serves/);
  const server = await findServer(project.folder);
  if (!server) throw new Error("the server listens, and is not found");
  const { url, token, pid } = server;
  const ask = async (path: string, init: RequestInit) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const response = await fetch(url + path, { ...init, headers });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${JSON.stringify(answer)}`);
    return answer;
  };
  const get = (path: string) => ask(path, {});
  const post = (path: string, body: unknown = {}) =>
    ask(path, { method: "POST", body: JSON.stringify(body) });
  const run = (id: string): Promise<ServedRun> => get(`/api/runs/${id}`);
  const kill = async (signal: Deno.Signal) => {
    if (!hasEnded) process.kill(signal);
    return (await process.status).code;
  };
  let hasEnded = false;
  void process.status.then(() => hasEnded = true);
  return {
    pid,
    url,
    token,
    get,
    post,
    patch: (path, body) => ask(path, { method: "PATCH", body: JSON.stringify(body) }),
    run,
    kill,
    async page(path) {
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
      return await response.text();
    },
    start: async (pipeline) => (await post("/api/runs", { pipeline })).run,
    block: async (id, name) => (await run(id)).blocks.find(({ block }) => block === name),
    async printed(id) {
      const { lines } = await get(`/api/runs/${id}/logs`);
      return lines.map(({ text }: { text: string }) => text).join("\n");
    },
    async ended(id) {
      await until(async () => isOver(await run(id)), `run ${id} has ended`);
      return await run(id);
    },
    [Symbol.asyncDispose]: async () => void await kill("SIGKILL"),
  };
}

/** Whether nothing more comes of the run. */
export function isOver({ status }: Pick<ServedRun, "status">): boolean {
  return status !== "initial" && status !== "running";
}

/** Code that waits until the project holds the file; the server's runs stand in its folder. */
export function waitFor(file: string): string {
  return `while (!await Deno.stat("${file}").catch(() => null)) await new Promise((r) => setTimeout(r, 5));`;
}

/** Code that adds a letter to the file of that name: as many as it was called. */
export function mark(file: string): string {
  return `await Deno.writeTextFile("${file}", "x", { append: true });`;
}
