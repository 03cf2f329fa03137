/** What a run tells while it goes on, for those that render it.
 *
 *  Each is announced after what it says is in the run history, and each is plain JSON. `at` is in
 *  milliseconds since 1970; `element` is the index inside `each()`, absent for the block itself;
 *  every text has its secrets redacted. @module */
import type { BlockKind } from "../compile/pipeline.ts";
import type { CheckResult, Progress } from "../context/scope.ts";
import type { RunResult } from "./result.ts";
import type { BlockStatus } from "./status.ts";

/** The block, or the element of it, that an event is about. */
export interface BlockRef {
  readonly block: string;
  readonly element?: number;
}

/** What will be done about a block, and why. */
export interface PlannedBlockEvent {
  readonly name: string;
  readonly kind: BlockKind;
  readonly upstream: readonly string[];
  /** `reuse`: completed in an earlier try of this run, and its outputs stand. */
  readonly action: "run" | "reuse";
  /** In a resumed run, why the block runs again or is reused. */
  readonly reason?: string;
}

export interface RunStarted {
  readonly type: "run_started";
  readonly run: string;
  readonly pipeline: string;
  readonly at: number;
  readonly isResumed: boolean;
  /** In the notebook's order. */
  readonly blocks: readonly PlannedBlockEvent[];
}

export interface BlockStarted extends BlockRef {
  readonly type: "block_started";
  readonly at: number;
  /** Counted from 1. A sensor's later looks belong to the same attempt. */
  readonly attempt: number;
  readonly timeoutMs?: number;
}

/** A try failed, and another follows after `delayMs`. */
export interface BlockRetrying extends BlockRef {
  readonly type: "block_retrying";
  readonly at: number;
  readonly attempt: number;
  readonly attempts: number;
  readonly delayMs: number;
  readonly error: string;
}

/** A sensor looked in vain and looks again after `everyMs`. */
export interface BlockWaiting extends BlockRef {
  readonly type: "block_waiting";
  readonly at: number;
  readonly everyMs: number;
}

export interface BlockEnded extends BlockRef {
  readonly type: "block_ended";
  readonly at: number;
  readonly status: BlockStatus;
  readonly ms: number;
  readonly attempts: number;
  readonly rows: number | null;
  /** Located in the notebook: `notebooks/x.ipynb, cell 4 (clean), line 2:17: …`, then the stack. */
  readonly error?: string;
  /** Why it did not run, where it did not: the condition, or the upstream that failed. */
  readonly reason?: string;
}

export interface BlockProgress extends BlockRef, Progress {
  readonly type: "progress";
}

export interface BlockChecks extends BlockRef {
  readonly type: "checks";
  readonly results: readonly CheckResult[];
}

/** `show()` displayed something; its bodies are in the history. */
export interface BlockArtifact extends BlockRef {
  readonly type: "artifact";
  readonly title: string | null;
  readonly mediaTypes: readonly string[];
}

/** One line of console output; without a block it belongs to the run. */
export interface LogLine {
  readonly type: "log";
  readonly at: number;
  readonly block?: string;
  readonly element?: number;
  readonly attempt?: number;
  readonly stream: "stdout" | "stderr";
  readonly text: string;
}

export interface RunEnded {
  readonly type: "run_ended";
  readonly at: number;
  readonly result: RunResult;
}

export type RunEvent =
  | RunStarted
  | BlockStarted
  | BlockRetrying
  | BlockWaiting
  | BlockEnded
  | BlockProgress
  | BlockChecks
  | BlockArtifact
  | LogLine
  | RunEnded;
