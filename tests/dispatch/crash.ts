/** Kills a dispatcher and the processes of its runs at random moments, again and again, while runs are
 *  accepted, and tells what became of them. @module */
import { openStore } from "../../runtime/store/open_store.ts";
import { until } from "../e2e/watching.ts";
import { projectFolderOf } from "./dispatched.ts";

const SERVER = new URL("server_process.ts", import.meta.url).pathname;

export interface CrashCounts {
  /** Keys of the runs whose acceptance was told. */
  readonly accepted: readonly string[];
  /** Those of them that have one run, completed, or failed with a reason. */
  readonly ended: readonly string[];
  /** Runs that have not ended. */
  readonly open: readonly string[];
  readonly completed: number;
  readonly failed: number;
}

/** Kills `kills` times, every third time one process of a run instead of the dispatcher; the same
 *  moments for the same seed. */
export async function crash(
  { kills, seed }: { readonly kills: number; readonly seed: number },
): Promise<CrashCounts> {
  const random = randomFrom(seed);
  const folder = projectFolderOf({
    p: [
      "//| loader: one\nconst a = 1;",
      "//| transformer: two\nconst b = a + 1;\nawait new Promise((r) => setTimeout(r, 30));",
      "//| exporter: three\nconsole.log(b);",
    ],
  });
  const accepted: string[] = [];
  let server = await startServer(folder, accepted);
  for (let kill = 0; kill < kills; kill++) {
    const before = accepted.length;
    const asked = 1 + Math.floor(random() * 3);
    for (let at = 0; at < asked; at++) await server.ask(`${kill}-${at}`);
    await until(() => accepted.length > before, "a run is accepted");
    await new Promise((resolve) => setTimeout(resolve, random() * 400));
    const victims = runProcessesOf(server.pid);
    const victim = victims[Math.floor(random() * victims.length)];
    if (kill % 3 === 2 && victim !== undefined) killNow(victim);
    else {
      await server.kill();
      server = await startServer(folder, accepted);
    }
  }
  const store = openStore(folder);
  const runs = () => store.listRuns({ limit: 10_000 });
  const isOpen = ({ status }: { status: string }) => status === "initial" || status === "running";
  await until(async () => !(await runs()).some(isOpen), "every run has ended");
  const all = await runs();
  const byKey = Map.groupBy(all, ({ key }) => key ?? "");
  const failedBlocks = async (run: string) =>
    (await store.listBlockRuns(run)).some(({ error }) => error !== null);
  const ended: string[] = [];
  for (const key of accepted) {
    const [run, ...others] = byKey.get(key) ?? [];
    if (!run || others.length > 0) continue;
    const isTold = run.status === "completed" ||
      (run.status === "failed" && (run.error !== null || await failedBlocks(run.id)));
    if (isTold) ended.push(key);
  }
  await server.kill();
  store.close();
  await Deno.remove(folder, { recursive: true });
  return {
    accepted,
    ended,
    open: all.filter(isOpen).map(({ id }) => id),
    completed: all.filter(({ status }) => status === "completed").length,
    failed: all.filter(({ status }) => status === "failed").length,
  };
}

async function startServer(folder: string, accepted: string[]) {
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", SERVER, folder],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = server.stdin.getWriter();
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  const read = (async () => {
    let text = "";
    for await (const chunk of server.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (text + chunk).split("\n");
      text = lines.pop() ?? "";
      for (const line of lines) {
        if (line === "ready") resolve();
        const [, key] = /^accepted (\S+) /.exec(line) ?? [];
        if (key !== undefined) accepted.push(key);
      }
    }
  })();
  await ready;
  return {
    pid: server.pid,
    ask: (key: string) => writer.write(new TextEncoder().encode(`${key}\n`)),
    async kill() {
      killNow(server.pid);
      await server.status;
      await writer.abort().catch(() => {});
      await read;
    },
  };
}

/** The processes of runs that this process started. */
function runProcessesOf(parent: number): number[] {
  const { stdout } = new Deno.Command("ps", { args: ["-eo", "pid,ppid,args"] }).outputSync();
  return new TextDecoder().decode(stdout).split("\n")
    .filter((line) => line.includes("execute.ts") && Number(line.trim().split(/\s+/)[1]) === parent)
    .map((line) => Number.parseInt(line));
}

function killNow(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself just now.
  }
}

/** Mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
