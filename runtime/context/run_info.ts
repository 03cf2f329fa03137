/** What a run is to the code inside it: its identity, date, variables and signal.
 *  The type alone; `run.ts` finds the one that the calling code belongs to. @module */

/** The half-open span of time that a run stands for: from `start` up to, not including, `end`. */
export interface RunInterval {
  readonly start: Temporal.ZonedDateTime;
  readonly end: Temporal.ZonedDateTime;
}

/** One run as the code of its blocks sees it. */
export interface RunInfo {
  /** The run's id, the same over retries and resumes. */
  readonly id: string;
  readonly pipeline: string;
  /** The instant that the run stands for, in UTC unless another zone was given. */
  readonly executionDate: Temporal.ZonedDateTime;
  readonly interval: RunInterval | undefined;
  /** The parameters as they are in this run, by name. */
  readonly variables: Readonly<Record<string, unknown>>;
  /** A trigger's payload; undefined where nothing triggered the run. */
  readonly event: unknown;
  /** Aborts when the run is cancelled or the block runs out of time. */
  readonly signal: AbortSignal;
  /** Which try of the block this is, counted from 1. */
  readonly attempt: number;
  /** True in a notebook's kernel, false in a run. */
  readonly live: boolean;
}
