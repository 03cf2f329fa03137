/** What a dispatcher is to those who ask it for runs. `dispatcher.ts` makes one. Types alone. @module */
import type { RunEvent } from "../run/events.ts";
import type { RunResult } from "../run/result.ts";
import type { RunRetry } from "../run/run_store.ts";
import type { RunStatus } from "../run/status.ts";

/** A run that is asked for. */
export interface RunToAccept {
  /** A name in `notebooks/`, or the path of a notebook. */
  readonly pipeline: string;
  /** Overrides of parameters, as they were written. */
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly profile?: string | undefined;
  readonly executionDate?: string | undefined;
  readonly interval?: { readonly start: string; readonly end: string } | undefined;
  /** A trigger's payload: JSON. */
  readonly event?: unknown;
  readonly trigger?: string | undefined;
  readonly backfill?: string | undefined;
  /** A second acceptance with the same key gives the first's run. */
  readonly key?: string | undefined;
  /** Higher ones start before lower ones; 0 unless given. Within one, first come, first served. */
  readonly priority?: number | undefined;
  /** The longest that one try of the run may take, a sensor's waiting included. */
  readonly timeoutMs?: number | undefined;
  /** How a failed run is tried again, as a resume under the same id; not at all unless given. */
  readonly retry?: {
    readonly attempts: number;
    readonly delayMs: number;
    readonly backoff?: RunRetry["backoff"] | undefined;
  } | undefined;
  /** Where another run of the trigger (of the pipeline, where there is no trigger) has not ended: start
   *  beside it (as is done unless given), wait for it, or do not run. */
  readonly concurrency?: "allow" | "queue" | "skip" | undefined;
  /** Of all runs in the lane, so many go on at once: a backfill's. */
  readonly lane?: { readonly name: string; readonly atMost: number } | undefined;
  readonly slaMs?: number | undefined;
  /** What becomes of it when its dispatcher was killed: it is resumed unless told otherwise. */
  readonly onLost?: "resume" | "fail" | undefined;
  /** What a pipeline that does not compile, or variables that it does not have, come to: an error of
   *  `accept` unless told otherwise, or a failed run in the history, for triggers that nobody watches. */
  readonly whenRefused?: "throw" | "record" | undefined;
}

export interface Acceptance {
  /** The run; where it was skipped, the one that goes on instead. */
  readonly run: string;
  /** False where a run with the same key was there before. */
  readonly isNew: boolean;
  readonly isSkipped: boolean;
}

/** What a dispatcher tells of its runs, each after it is durable. */
export type DispatchEvent =
  | { readonly type: "run_accepted"; readonly run: string; readonly pipeline: string }
  /** What the run itself tells. */
  | { readonly type: "run_event"; readonly run: string; readonly event: RunEvent }
  /** It waits in the queue again: a retry, a sensor that looks later, or a dispatcher that ends. */
  | {
    readonly type: "run_waiting";
    readonly run: string;
    readonly dueAt: number;
    readonly why: "retry" | "sensor" | "drain";
  }
  /** It has ended for good: no retry follows by itself. */
  | {
    readonly type: "run_finished";
    readonly run: string;
    readonly pipeline: string;
    readonly trigger: string | null;
    readonly backfill: string | null;
    readonly status: RunStatus;
  };

export interface DispatcherCounts {
  /** Runs of the project that wait, for their turn or for their time. */
  readonly queued: number;
  /** Runs that this dispatcher executes. */
  readonly running: number;
  /** Processes that wait for an order. */
  readonly warm: number;
}

/** Executes accepted runs: several may be open on one project, and no run is executed by two. */
export interface Dispatcher {
  /** Durable when it resolves: whatever is killed then, the run will have an end in the history.
   *
   * @throws {RequestError | CompileErrors} where the run cannot be, unless that is to be recorded. */
  accept(run: RunToAccept): Promise<Acceptance>;
  /** Accepts all of them at once, or none.
   *
   * @throws {RequestError | CompileErrors} where one cannot be, unless that is to be recorded. */
  acceptAll(runs: readonly RunToAccept[]): Promise<readonly Acceptance[]>;
  /** Ends a queued or running run, wherever it is executed; resolves when it has ended.
   *
   * @throws {RequestError} when there is no such run, or it has ended. */
  cancel(run: string): Promise<void>;
  /** Queues a run that did not complete, under its id: what had completed is reused.
   *
   * @throws {RequestError} when it completed, has not ended, or does not exist. */
  resume(
    run: string,
    changes?: { readonly variables?: Readonly<Record<string, string>> | undefined },
  ): Promise<void>;
  /** Accepts a new run with all that this one was accepted with; gives its id.
   *
   * @throws {RequestError} when there is no such run, or it has not ended. */
  retry(run: string): Promise<string>;
  /** Resolves when the run has ended, whoever executes it. */
  ended(run: string): Promise<RunResult>;
  subscribe(listener: (event: DispatchEvent) => void): () => void;
  counts(): DispatcherCounts;
  /** Starts no more runs and waits for those that go on; those still there after the grace period are
   *  interrupted and wait in the queue for the next dispatcher. */
  drain(options?: { readonly graceMs?: number | undefined }): Promise<void>;
  /** Drains without grace, and ends every process. */
  close(): Promise<void>;
}
