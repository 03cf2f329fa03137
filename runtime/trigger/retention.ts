/** Removes what is past keeping by sluice.yaml, in the background and a little at a time; never anything of a run
 *  that has not ended. @module */
import { removeOutputs } from "../run/outputs.ts";
import type { RunStore } from "../run/run_store.ts";
import type { Retention } from "../store/retention.ts";
import { type Clock, repeat, type Repeating, systemClock } from "./clock.ts";
import type { Kept, Settings } from "./settings.ts";

export interface RetentionOptions {
  readonly projectFolder: string;
  readonly store: Retention & Pick<RunStore, "forgetOutputs">;
  /** The retention of sluice.yaml as it is now. */
  readonly retention: () => Settings["retention"] | Promise<Settings["retention"]>;
  readonly clock?: Clock;
  readonly onError?: (error: unknown) => void;
}

/** What one pass removed. */
export interface Removed {
  readonly runs: number;
  readonly logLines: number;
  /** Runs whose outputs were removed, and they not. */
  readonly outputs: number;
}

const EVERY_MS = 60_000;
const RUNS_AT_ONCE = 50;
const LINES_AT_ONCE = 5_000;

/** Removes until it is closed: once a minute what has come past keeping since. */
export function startRetention(options: RetentionOptions): Repeating {
  const { clock = systemClock, onError = () => {} } = options;
  const closing = new AbortController();
  const pass = async () => void await removePast({ ...options, clock, signal: closing.signal });
  const repeating = repeat(pass, { clock, everyMs: EVERY_MS, onError });
  return {
    close() {
      closing.abort();
      return repeating.close();
    },
  };
}

/** Removes all that is past keeping now, in batches between which other writers get their turn. */
export async function removePast(
  { projectFolder, store, retention, clock = systemClock, signal }: RetentionOptions & {
    readonly signal?: AbortSignal;
  },
): Promise<Removed> {
  const kept = await retention();
  const past = ({ ageMs, count }: Kept, limit: number) => ({
    before: ageMs === undefined ? undefined : clock.now() - ageMs,
    count,
    limit,
  });
  const runs = await inBatches(signal, async () => {
    const ids = await store.listRunsPastKeeping(past(kept.runs, RUNS_AT_ONCE));
    await store.deleteRuns(ids);
    for (const id of ids) await removeOutputs(projectFolder, id);
    return ids.length;
  });
  const outputs = await inBatches(signal, async () => {
    const { bytes } = kept.outputs;
    const ids = await store.listOutputsPastKeeping({ ...past(kept.outputs, RUNS_AT_ONCE), bytes });
    for (const id of ids) {
      await store.forgetOutputs(id);
      await removeOutputs(projectFolder, id);
    }
    return ids.length;
  });
  const logLines = await inBatches(
    signal,
    () => store.deleteLogsPastKeeping(past(kept.logs, LINES_AT_ONCE)),
  );
  return { runs, logLines, outputs };
}

async function inBatches(
  signal: AbortSignal | undefined,
  removeBatch: () => Promise<number>,
): Promise<number> {
  let total = 0;
  while (!signal?.aborted) {
    const removed = await removeBatch();
    total += removed;
    if (removed === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
  return total;
}
