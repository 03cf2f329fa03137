/** Which outputs stay once their runs have ended, and the removal of the rest. @module */
import { removeOutputs } from "./outputs.ts";
import type { NewRun, RunStore } from "./run_store.ts";

/** How long outputs stay; what none of the three limits is kept for ever. */
export interface KeptOutputs {
  readonly ageMs: number | undefined;
  /** Those of so many runs of each pipeline, the newest. */
  readonly count: number | undefined;
  /** What all outputs of the project may take together. Beyond it those of completed runs go, the oldest
   *  first: never those that a resume goes on from, nor those of a pipeline's newest completed run. */
  readonly bytes: number | undefined;
}

/** What holds where nothing is said: a day of runs over large tables must not fill the disk. */
export const DEFAULT_KEPT_OUTPUTS: KeptOutputs = { ageMs: undefined, count: 20, bytes: 10e9 };

/** Removes what is past keeping once a new run of `pipeline` counts as well. To be called while the run starts:
 *  to delete gigabytes takes a while, for which nobody should wait at the run's end. */
export async function pruneForNewRun(
  projectFolder: string,
  { store, pipeline, kept: { count, ...kept } }: {
    readonly store: RunStore;
    readonly pipeline: string;
    readonly kept: KeptOutputs;
  },
): Promise<void> {
  const besides = count === undefined ? undefined : Math.max(0, count - 1);
  const past = await store.listRunsToPrune(pipeline, { ...kept, count: besides });
  await prune(projectFolder, store, past);
}

/** Removes outputs after the end of `run`: its own, where it was to keep none, and those past keeping.
 *
 * @param kept undefined where others see to those */
export async function pruneOutputs(
  projectFolder: string,
  { store, run, kept }: {
    readonly store: RunStore;
    readonly run: NewRun;
    readonly kept: KeptOutputs | undefined;
  },
): Promise<void> {
  const ended = await store.findRun(run.id);
  const isKept = run.keep === "all" || (run.keep === "failed" && ended?.status !== "completed");
  const past = kept ? await store.listRunsToPrune(run.pipeline, kept) : [];
  await prune(projectFolder, store, isKept ? past : [...past, run.id]);
}

async function prune(
  projectFolder: string,
  store: RunStore,
  runs: readonly string[],
): Promise<void> {
  for (const id of runs) {
    await store.forgetOutputs(id);
    await removeOutputs(projectFolder, id);
  }
}
