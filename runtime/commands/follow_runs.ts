/** Runs that a command has asked for: waited for until they end, cancelled when the person presses Ctrl-C.
 *  @module */
import type { RunRow } from "../run/run_store.ts";
import { findServer } from "../serve/server_file.ts";
import { withCancelSignals } from "./cancel_signal.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import type { Place } from "./place.ts";
import type { RunPlace } from "./run_place.ts";
import { jsonOf } from "./runs.ts";
import { exitCodeOfRuns, watchRuns } from "./watch_runs.ts";

/** What a command asked for: its runs, and how they are cancelled. */
export interface AskedRuns {
  readonly runs: readonly string[];
  cancel(): Promise<void>;
}

export interface FollowOptions {
  readonly place: Place;
  readonly runPlace: RunPlace;
  /** Prints nothing where the caller prints JSON. */
  readonly isSilent: boolean;
}

/** Asks for runs and waits for all of them. Ctrl-C cancels them, and then waits for their ends. */
export async function followRuns(
  ask: () => Promise<AskedRuns>,
  { place, runPlace, isSilent }: FollowOptions,
): Promise<readonly RunRow[]> {
  return await withCancelSignals(async ({ signal }) => {
    const { runs, cancel } = await ask();
    const cancelAll = () => void cancel().catch(() => {}); // They have just ended.
    if (signal.aborted) cancelAll();
    signal.addEventListener("abort", cancelAll, { once: true });
    const { store, server } = runPlace;
    return await watchRuns(runs, {
      store,
      isSilent,
      ...(server ? { isExecuted: async () => await isUp(place) } : {}),
    });
  });
}

/** The options of every command that asks for one run. */
export interface OneRunOptions {
  readonly json?: boolean;
  /** False with `--no-wait`. */
  readonly wait: boolean;
}

/** Asks for one run and waits for it, unless it is to be left to the server. */
export async function followRun(
  ask: () => Promise<string>,
  { json: isJson = false, wait }: OneRunOptions,
  { place, runPlace }: Omit<FollowOptions, "isSilent">,
): Promise<ExitCode> {
  const { server, store } = runPlace;
  const told = async (run: string) => {
    const row = await store.findRun(run);
    if (!isJson && row) {
      console.log(`Run ${run} of ${row.pipeline}${server ? ` at ${server.url}` : ""}`);
    }
    return row;
  };
  if (!wait) {
    const row = await told(await ask());
    if (isJson && row) console.log(JSON.stringify(jsonOf(row)));
    return EXIT.completed;
  }
  const ended = await followRuns(async () => {
    const run = await ask();
    await told(run);
    return { runs: [run], cancel: () => runPlace.cancel(run) };
  }, { place, runPlace, isSilent: isJson });
  if (isJson && ended[0]) console.log(JSON.stringify(jsonOf(ended[0])));
  return exitCodeOfRuns(ended);
}

async function isUp({ project }: Place): Promise<boolean> {
  return await findServer(project) !== undefined;
}
