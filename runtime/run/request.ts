/** What is asked of a run, and what its process is told. @module */
import type { CompiledPipeline } from "../compile/pipeline.ts";
import type { Permissions } from "../notebook/notebook.ts";
import type { KeptOutputs } from "./kept_outputs.ts";
import type { Plan } from "./plan.ts";
import type { BlockWait, Keep, Lease } from "./run_store.ts";
import type { BlockStatus } from "./status.ts";

export interface RunRequest {
  readonly compiled: CompiledPipeline;
  /** The project that Sluice runs in, absolute: its `.sluice` holds all state. */
  readonly projectFolder: string;
  /** The run to resume; its variables, profile and date are kept. */
  readonly resume?: string | undefined;
  /** Overrides of parameters, as they were written. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly profile?: string | undefined;
  /** See `executionDateFrom`; now unless given. */
  readonly executionDate?: string | undefined;
  readonly interval?: { readonly start: string; readonly end: string } | undefined;
  /** A trigger's payload: JSON. */
  readonly event?: unknown;
  /** Run this block alone, on inputs that earlier runs saved. */
  readonly block?: string | undefined;
  /** With `block`: run all of its upstream too. */
  readonly upstream?: boolean | undefined;
  /** Which runs keep their outputs once they have ended; all unless given. */
  readonly keep?: Keep | undefined;
  /** How long they are kept; `DEFAULT_KEPT_OUTPUTS` unless given. */
  readonly keptOutputs?: KeptOutputs | undefined;
  /** Whether the server started it: then a notebook that declares no permissions has few. */
  readonly isUnderServer?: boolean | undefined;
  /** The most memory that JavaScript may take, in megabytes; V8's own limit unless given. */
  readonly maxHeapMb?: number | undefined;
}

/** The request as the run's own process gets it. */
export interface RunOrder {
  readonly nonce: string;
  readonly lease: Lease;
  readonly compiled: CompiledPipeline;
  readonly plan: Plan;
  readonly projectFolder: string;
  readonly isUnderServer: boolean;
  /** What its process may do, where that is limited; known once it is started. */
  readonly permissions?: Permissions | undefined;
  readonly isResumed: boolean;
  /** Whether a dispatcher executes it, which takes it up again where this one is killed. */
  readonly isDispatched: boolean;
  /** Whether the run is of one block, with or without its upstream. */
  readonly isPartial: boolean;
  readonly variables: Readonly<Record<string, string>>;
  readonly profile: string | null;
  readonly executionDate: string;
  readonly interval: { readonly start: string; readonly end: string } | null;
  readonly event: unknown;
  readonly keep: Keep;
  /** Set where an earlier process of the run is gone, and this one is only to tell its callbacks. */
  readonly crash: Crash | null;
  /** Whether it was cancelled while it waited, so that only its callbacks are left to be told. */
  readonly isCancelled: boolean;
  /** Set where an earlier process of the try ended while sensors waited, and this one goes on. */
  readonly parked: ParkedRun | null;
  /** Whether its process may wait for another run of the same code afterwards. */
  readonly mayWait: boolean;
}

/** How far a run had come when nothing went on in it but sensors that wait. */
export interface ParkedRun {
  readonly startedAt: number;
  /** The blocks that ended otherwise than completed, and the callbacks that were told. */
  readonly ended: Readonly<Record<string, EndedInCrash>>;
  /** The sensors that wait. */
  readonly waits: Readonly<Record<string, ParkedWait>>;
}

export interface ParkedWait extends BlockWait {
  /** When the block began. */
  readonly startedAt: number;
}

/** How far a run had come when its process ended before it. */
export interface Crash {
  readonly startedAt: number;
  /** Why the process ended. */
  readonly reason: string;
  /** The run's error; null where a block says it. */
  readonly error: string | null;
  /** How each block ended, callbacks left out. */
  readonly blocks: Readonly<Record<string, EndedInCrash>>;
}

export interface EndedInCrash {
  readonly status: BlockStatus;
  readonly error: string | null;
}

/** What the run's process sends beside events. */
export type ExitCalled = {
  readonly type: "exit_called";
  readonly code: number;
  readonly block: string | null;
};
