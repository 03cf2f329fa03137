/** Waits for runs to end, whoever executes them, and prints a line for each. @module */
import { calledAs } from "../context/executable.ts";
import type { RunRow, RunStore } from "../run/run_store.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { formatDuration, formatExecutionDate } from "./render/format.ts";
import { type Paint, paintFor, signOf } from "./render/style.ts";

export interface WatchRunsOptions {
  readonly store: Pick<RunStore, "findRun" | "isHeld" | "listBlockRuns">;
  /** Prints nothing where the caller prints JSON. */
  readonly isSilent: boolean;
  /** Whether what executes the runs is still there; where it is not, the waiting ends with an error. */
  readonly isExecuted?: () => Promise<boolean>;
}

/** What is left of the processor for the runs where very many are watched. */
const PAUSE_FACTOR = 5;
const SHORTEST_PAUSE_MS = 20;
/** How often whatever executes the runs is looked for. */
const EXECUTED_MS = 1000;

/** Resolves with the runs once all have ended.
 *
 * @throws {Error} where what executes them is gone before. */
export async function watchRuns(
  runs: readonly string[],
  { store, isSilent, isExecuted = () => Promise.resolve(true) }: WatchRunsOptions,
): Promise<readonly RunRow[]> {
  const paint = paintFor(Deno.stdout);
  const open = new Set(runs);
  const ended: RunRow[] = [];
  let lookedForAt = performance.now();
  while (open.size > 0) {
    const lookedAt = performance.now();
    const isGone = lookedAt - lookedForAt > EXECUTED_MS && !await isExecuted();
    if (lookedAt - lookedForAt > EXECUTED_MS) lookedForAt = lookedAt;
    for (const id of open) {
      const run = await store.findRun(id);
      if (run?.status === "initial" || run?.status === "running") continue;
      // Its last try is over, but not yet whether another follows; looked at in this order, as it may.
      if (run && (await store.isHeld(id) || (await store.findRun(id))?.status !== run.status)) {
        continue;
      }
      open.delete(id);
      if (!run) continue; // The retention of a server has removed it.
      ended.push(run);
      if (!isSilent) console.log(lineOf(run, await reasonOf(run, store), paint));
    }
    if (isGone && open.size > 0) throw new Error(goneText(open));
    const tookMs = performance.now() - lookedAt;
    if (open.size > 0) await pause(Math.max(SHORTEST_PAUSE_MS, PAUSE_FACTOR * tookMs));
  }
  return ended;
}

function goneText(open: ReadonlySet<string>): string {
  const [first] = open;
  const which = open.size === 1 ? `run ${first}` : `${open.size} runs`;
  return `Cannot wait for ${which}: the server has ended; the next one goes on: ${
    calledAs("serve")
  }`;
}

/** `✓ 2024-01-12 00:00:00  example  completed · 210 ms  <run>`; of a failed one, why. */
function lineOf(run: RunRow, reason: string | null, paint: Paint): string {
  const { sign, tone } = signOf(run.status);
  const took = run.ms === null ? "" : ` · ${formatDuration(run.ms)}`;
  const why = reason === null ? "" : `: ${reason.split("\n", 1)[0]}`;
  const date = formatExecutionDate(run.executionDate);
  return `${paint(tone, sign)} ${date}  ${run.pipeline}  ${paint(tone, run.status)}${took}  ` +
    paint("quiet", run.id) + why;
}

/** Of the run as a whole, else of the first of its blocks that failed. */
async function reasonOf(
  { id, status, error }: RunRow,
  store: WatchRunsOptions["store"],
): Promise<string | null> {
  if (error !== null || status !== "failed") return error;
  const failed = (await store.listBlockRuns(id)).find((block) => block.status === "failed");
  return failed ? `${failed.block}: ${failed.error ?? "it failed"}` : null;
}

/** What the shell is told of runs that a command waited for. */
export function exitCodeOfRuns(runs: readonly Pick<RunRow, "status">[]): ExitCode {
  if (runs.some(({ status }) => status === "failed")) return EXIT.failed;
  return runs.some(({ status }) => status === "cancelled") ? EXIT.cancelled : EXIT.completed;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
