/** What triggers.yaml says, as values. Types alone. @module */
import type { Retry } from "../notebook/notebook.ts";

export type Concurrency = "allow" | "queue" | "skip";

/** What every trigger has. */
export interface TriggerBase {
  readonly name: string;
  /** A name in `notebooks/`, or the path of a notebook, from the project's folder. */
  readonly pipeline: string;
  readonly description: string | undefined;
  readonly enabled: boolean;
  readonly profile: string | undefined;
  /** Values for the pipeline's parameters, as `--var` takes them. */
  readonly variables: Readonly<Record<string, string>>;
  /** After so long a run that it started is cancelled. */
  readonly timeoutMs: number | undefined;
  readonly retry: Retry | undefined;
  /** What happens where a run of the trigger is still going on. */
  readonly concurrency: Concurrency;
  /** What becomes of a run whose server was killed. */
  readonly onLost: "resume" | "fail";
  /** A run that has not completed so long after it was due is told of. */
  readonly slaMs: number | undefined;
}

/** When a schedule's occurrences are. */
export type Schedule =
  /** Five or six fields; names such as `@daily` are written out. */
  | { readonly kind: "cron"; readonly pattern: string; readonly zone: string }
  /** Every so many milliseconds from `from` on, or from 1970 where it is undefined. */
  | { readonly kind: "interval"; readonly everyMs: number; readonly zone: string }
  | { readonly kind: "once"; readonly zone: string };

export interface ScheduleTrigger extends TriggerBase {
  readonly kind: "schedule";
  readonly schedule: Schedule;
  /** No occurrence is before it: milliseconds since 1970. */
  readonly startMs: number | undefined;
  /** What happens to occurrences while Sluice did not run. */
  readonly missed: "catch_up" | "skip";
}

/** What an event trigger waits for. */
export type EventSource =
  /** Files that match, from the project's folder on, or objects: `gs://bucket/folder/*.csv`. */
  | {
    readonly kind: "file";
    readonly pattern: string;
    readonly everyMs: number;
    /** Whose credentials a bucket is listed with. */
    readonly profile: string;
  }
  | { readonly kind: "notify"; readonly channel: string; readonly profile: string }
  | {
    readonly kind: "pipeline";
    readonly pipeline: string;
    readonly status: "completed" | "failed";
  };

export interface EventTrigger extends TriggerBase {
  readonly kind: "event";
  readonly source: EventSource;
}

export interface ApiTrigger extends TriggerBase {
  readonly kind: "api";
  /** The keys of the request's body that become variables; all others are in `run.event` alone. */
  readonly parameters: readonly string[];
}

export type Trigger = ScheduleTrigger | EventTrigger | ApiTrigger;
