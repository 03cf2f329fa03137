/** The real `serve` on a project of its own, asked over HTTP. @module */
import { join, resolve } from "node:path";
import { chainNotebook } from "./chain.ts";

/** A server that answers. */
export interface RealServer extends AsyncDisposable {
  readonly folder: string;
  readonly pid: number;
  /** From its start to the first answer of `/readyz`. */
  readonly readySeconds: number;
  get(path: string): Promise<Response>;
  /** Posts JSON and gives the JSON answered. */
  post(path: string, body: unknown): Promise<Record<string, unknown>>;
  /** Resolves when `count` more runs have ended; all of them completed. */
  ended(count: number): Promise<void>;
}

const CLI = resolve(import.meta.dirname!, "..", "..", "runtime", "cli.ts");

/** Starts the server; its project has the pipelines `one` and `three`, with as many trivial blocks. `fill`
 *  is called before the start. */
export async function realServer(
  fill: (folder: string) => Promise<void> = () => Promise.resolve(),
): Promise<RealServer> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice-bench-" }));
  await Deno.mkdir(join(folder, "notebooks"));
  for (const [name, blocks] of [["one", 1], ["three", 3]] as const) {
    await Deno.writeTextFile(join(folder, "notebooks", `${name}.ipynb`), chainNotebook(blocks));
  }
  await fill(folder);
  const started = performance.now();
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CLI, "serve", "--port", "0"],
    cwd: folder,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const { base, token, rest } = await addressOf(process.stdout);
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const get = (path: string) => fetch(base + path, { headers });
  while (!(await get("/readyz")).ok);
  const readySeconds = (performance.now() - started) / 1000;
  const endings = listen(await get("/api/events"));
  return {
    folder,
    pid: process.pid,
    readySeconds,
    get,
    async post(path, body) {
      const answer = await fetch(base + path, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`POST ${path} gave ${answer.status}: ${text}`);
      return JSON.parse(text);
    },
    ended: endings.next,
    async [Symbol.asyncDispose]() {
      await endings.close();
      process.kill("SIGTERM");
      await process.status;
      await rest.cancel();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** The address and token in the first line that the server prints. */
async function addressOf(stdout: ReadableStream<Uint8Array>) {
  const rest = stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (true) {
    const { value, done } = await rest.read();
    text += value ?? "";
    const [, base, token] = /(http:\S+)\/\?token=(\S+)/.exec(text) ?? [];
    if (base !== undefined && token !== undefined) return { base, token, rest };
    if (done) throw new Error(`the server ended before it was ready: ${text}`);
  }
}

/** Counts the runs that the server says to have ended. */
function listen(answer: Response) {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  let heard = "";
  let ended = 0;
  let wake = () => {};
  let failure: unknown;
  const reading = (async () => {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      heard += read.value;
      const events = heard.split("\n\n");
      heard = events.pop() ?? "";
      for (const event of events.filter((text) => text.includes("event: run_finished"))) {
        ended++;
        if (!event.includes('"completed"')) failure = new Error(`a run did not complete: ${event}`);
      }
      wake();
    }
  })();
  return {
    async next(count: number): Promise<void> {
      while (ended < count && failure === undefined) {
        await new Promise<void>((resolve) => wake = resolve);
      }
      if (failure !== undefined) throw failure;
      ended -= count;
    },
    async close(): Promise<void> {
      await reader.cancel();
      await reading;
    },
  };
}
