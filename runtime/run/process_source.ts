/** Where runs get their processes from. @module */
import type { RunOrder } from "./request.ts";
import { RunProcess } from "./run_process.ts";
import { type Launched, launchFor } from "./spawn_run.ts";

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

/** The same; the first is started at once, and so beside the planning of the run. To be closed, as nobody
 *  may come to take it. */
export function startedProcesses(
  { maxHeapMb, ...run }: Launched & { readonly maxHeapMb?: number | undefined },
): ProcessSource & Disposable {
  const later = newProcesses({ maxHeapMb });
  let first: Promise<RunProcess> | undefined = launchFor(run, { maxHeapMb })
    .then((launch) => new RunProcess(launch));
  // Told to who takes it.
  first.catch(() => {});
  return {
    async take(order) {
      const started = first;
      first = undefined;
      if (!started) return await later.take(order);
      return { process: await started, mayWait: false, hasWaited: false };
    },
    giveBack: later.giveBack,
    [Symbol.dispose]: () => void first?.then((process) => process.kill(), () => {}),
  };
}
