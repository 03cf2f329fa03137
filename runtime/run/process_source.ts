/** Where runs get their processes from. @module */
import type { RunOrder } from "./request.ts";
import { RunProcess } from "./run_process.ts";
import { launchFor } from "./spawn_run.ts";

/** A process that is one run's alone until it is given back. */
export interface TakenProcess {
  readonly process: RunProcess;
  /** Whether it may wait for another run afterwards. */
  readonly mayWait: boolean;
  /** Whether it waited for this one: then it may have died meanwhile, which says nothing of the run. */
  readonly hasWaited: boolean;
}

export interface ProcessSource {
  take(order: RunOrder): Promise<TakenProcess>;
  /** Resolves when the process is no business of the run's any more. */
  giveBack(taken: TakenProcess): Promise<void>;
}

/** A new process for every run, which ends with it. */
export function newProcesses(
  { maxHeapMb }: { readonly maxHeapMb?: number | undefined },
): ProcessSource {
  return {
    take: async (order) => ({
      process: new RunProcess(await launchFor(order, { maxHeapMb })),
      mayWait: false,
      hasWaited: false,
    }),
    giveBack: ({ process }) => process.end(),
  };
}
