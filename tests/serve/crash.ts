/** Kills the real server and the processes of its runs with -9 at random moments, again and again, while
 *  webhooks are delivered, and tells what became of each. @module */
import { join } from "node:path";
import { processesIn, runProcesses, until } from "../e2e/watching.ts";
import { testPostgres } from "../services/postgres.ts";
import type { Store } from "../../runtime/store/open_store.ts";
import type { RunRow } from "../../runtime/run/run_store.ts";
import {
  crashProject,
  deliver,
  type Delivery,
  MOST_RUNS,
  openHistory,
  openTarget,
  type Target,
} from "./crash_target.ts";
import { randomFrom } from "./random.ts";
import { isOver } from "./serving.ts";

/** What became of the triggers that the server accepted. */
export interface CrashReport {
  readonly accepted: number;
  readonly completed: number;
  readonly failed: number;
  /** Kills of the server; the others were of one process of a run. */
  readonly serverKills: number;
  /** Whatever must not be, in words. */
  readonly faults: readonly string[];
}

/** A kill comes at most so long after the server listens, or after the kill before. */
const LONGEST_MS = 800;

/** Kills so many times, at the same moments for the same seed. */
export async function crash(
  { kills, seed }: { readonly kills: number; readonly seed: number },
): Promise<CrashReport> {
  await using db = await testPostgres();
  await db.rows("create table effects (key text, run text)");
  const profiles = Deno.readTextFileSync(join(db.folder, "io_config.yaml"));
  using project = crashProject(profiles);
  using store = openHistory(project.folder);
  await using target = await openTarget(project, store);
  const { deliveries, faults, serverKills } = await strike(target, {
    kills,
    random: randomFrom(seed),
  });
  const runs = () => store.listRuns({ limit: MOST_RUNS });
  await until(async () => (await runs()).every(isOver), "every run has ended")
    .catch(async () => faults.push(...(await runs()).filter((run) => !isOver(run)).map(openText)));
  const all = await runs();
  const rows = await db.rows<{ key: string; run: string }>("select key, run from effects");
  for (const delivery of deliveries) {
    const { key, trigger } = delivery;
    faults.push(
      ...await faultsOf(delivery, {
        runs: all.filter((run) => run.key === `${trigger}@${key}`),
        rows: rows.filter((row) => row.key === key).map(({ run }) => run),
        lines: linesOf(join(project.folder, "effects", `${key}.csv`)),
        store,
      }),
    );
  }
  if (await (await target.server()).kill("SIGTERM") !== 0) {
    faults.push("the server ended in an error");
  }
  const left = processesIn(project.folder);
  if (left.length > 0) faults.push(`processes are left: ${left.join(", ")}`);
  const count = (status: string) => all.filter((run) => run.status === status).length;
  const [completed, failed] = [count("completed"), count("failed")];
  return { accepted: deliveries.length, completed, failed, serverKills, faults };
}

/** Kills, while deliveries go on; resolves when each was answered. */
async function strike(
  target: Target,
  { kills, random }: { readonly kills: number; readonly random: () => number },
) {
  const deliveries: Delivery[] = [];
  const answers: Promise<string | undefined>[] = [];
  let serverKills = 0;
  for (let kill = 0; kill < kills; kill++) {
    await target.server();
    if (kill % 2 === 1) await target.progress();
    const asked = 1 + Math.floor(random() * 3);
    for (let at = 0; at < asked; at++) {
      const number = deliveries.length;
      const trigger = number % 3 === 2 ? "sensing" : "writing";
      const delivery = { key: `${number}`, trigger, isWrong: number % 5 === 4 } as const;
      deliveries.push(delivery);
      answers.push(deliver(delivery, target));
    }
    await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_MS));
    if (kill % 3 < 2) {
      serverKills++;
      await target.kill();
    } else {
      await until(() => runProcesses(target.folder).length > 0, "there is a process to kill");
      const victims = runProcesses(target.folder);
      const victim = victims[Math.floor(random() * victims.length)];
      if (victim !== undefined) killNow(victim);
    }
  }
  const faults = (await Promise.all(answers)).filter((fault) => fault !== undefined);
  return { deliveries, faults, serverKills };
}

/** What is wrong with what became of one accepted trigger. */
async function faultsOf(
  { key, trigger }: Delivery,
  { runs, rows, lines, store }: {
    readonly runs: readonly RunRow[];
    /** The runs that left a row, and those that left a line. */
    readonly rows: readonly string[];
    readonly lines: readonly string[];
    readonly store: Store;
  },
): Promise<string[]> {
  const [run, ...others] = runs;
  if (!run || others.length > 0) return [`${key} has ${runs.length} runs`];
  const faults: string[] = [];
  const isWhole = rows.length === 1 && lines.length === (trigger === "writing" ? 1 : 0);
  const isOnce = rows.length <= 1 && lines.length <= 1;
  if (!(run.status === "completed" ? isWhole : isOnce)) {
    faults.push(`${key} ${run.status} with ${rows.length} rows and ${lines.length} lines`);
  }
  if ([...rows, ...lines].some((id) => id !== run.id)) {
    faults.push(`${key} was done by another run`);
  }
  if (run.status === "failed" && run.error === null) {
    const blocks = await store.listBlockRuns(run.id);
    if (!blocks.some(({ error }) => error !== null)) faults.push(`${key} failed without a reason`);
  }
  if (run.status === "cancelled") faults.push(`${key} was cancelled, by nobody`);
  return faults;
}

function openText({ id, status, dueAt }: RunRow): string {
  return `${id} is still ${status}, ${dueAt === null ? "and is held" : "and waits"}`;
}

/** The runs that left a line. */
function linesOf(file: string): string[] {
  try {
    return Deno.readTextFileSync(file).trim().split("\n").slice(1).map((line) =>
      line.split(",")[1]!
    );
  } catch {
    return [];
  }
}

function killNow(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself just now.
  }
}
