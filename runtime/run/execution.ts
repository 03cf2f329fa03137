/** What the parts of a run's process share while it executes. Types alone. @module */
import type { Resources } from "../context/resources.ts";
import type { Scope } from "../context/scope.ts";
import type { Beside } from "./beside.ts";
import type { RunEvent } from "./events.ts";
import type { MemoryWatch } from "./memory.ts";
import type { Parking } from "./parking.ts";
import type { RunOrder } from "./request.ts";
import type { BlockKey, RunStore, RunWriter } from "./run_store.ts";

/** A try that is going on. */
export interface OpenAttempt {
  readonly key: BlockKey;
  readonly attempt: number;
  /** Ends the try as failed, from outside of the block's own code. */
  fail(error: unknown): void;
}

/** The tries that are going on, and whose each scope is. */
export interface OpenAttempts {
  readonly all: Set<OpenAttempt>;
  readonly byScope: WeakMap<Scope, OpenAttempt>;
}

export interface Execution {
  readonly order: RunOrder;
  readonly writer: RunWriter;
  readonly store: Pick<RunStore, "findValue">;
  /** Called after what it says is durable. */
  readonly announce: (event: RunEvent) => void;
  /** An error as people read it: located in the notebook, secrets redacted. */
  readonly tell: (error: unknown, block?: string) => Promise<string>;
  /** Aborts when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly resources: Resources;
  /** The parameters as `given` gave them. */
  readonly variables: Record<string, unknown>;
  readonly memory: MemoryWatch;
  readonly attempts: OpenAttempts;
  readonly beside: Beside;
  /** Where the run may end its process while its sensors wait. */
  readonly parking: Parking | undefined;
}

/** The `element` property of an event, absent for a block itself. */
export function refOf({ block, element }: BlockKey): { block: string; element?: number } {
  return element === null ? { block } : { block, element };
}
