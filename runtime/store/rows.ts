/** Between the rows of the history's tables and what they mean. @module */
import type { BlockKind } from "../compile/pipeline.ts";
import type { Artifact } from "../context/scope.ts";
import type { LogLine } from "../run/events.ts";
import type {
  AttemptRow,
  BlockKey,
  BlockRunRow,
  CheckRow,
  Keep,
  OutputRow,
  RunAttemptRow,
  RunRow,
} from "../run/run_store.ts";
import type { BlockStatus, RunStatus } from "../run/status.ts";
import type { Row } from "./database.ts";

/** The element number under which a block itself is kept. */
export const WHOLE_BLOCK = -1;

export function elementFrom(value: Row[string] | undefined): number | null {
  return value === undefined || value === WHOLE_BLOCK ? null : value as number | null;
}

export function runFromRow(row: Row): RunRow {
  return {
    id: row.id as string,
    pipeline: row.pipeline as string,
    notebook: row.notebook as string,
    status: row.status as RunStatus,
    createdAt: row.created_at as number,
    startedAt: row.started_at as number | null,
    endedAt: row.ended_at as number | null,
    ms: row.ms as number | null,
    error: row.error as string | null,
    peakRssBytes: row.peak_rss_bytes as number | null,
    executionDate: row.execution_date as string,
    interval: row.interval_start === null
      ? null
      : { start: row.interval_start as string, end: row.interval_end as string },
    variables: JSON.parse(row.variables as string),
    profile: row.profile as string | null,
    event: row.event === null ? undefined : JSON.parse(row.event as string),
    block: row.block as string | null,
    hasUpstream: row.has_upstream === 1,
    keep: row.keep as Keep,
    trigger: row.trigger as string | null,
    backfill: row.backfill as string | null,
    isDispatched: row.compiled !== null,
    key: row.key as string | null,
    priority: row.priority as number,
    dueAt: row.due_at as number | null,
    attempt: row.attempt as number,
    timeoutMs: row.timeout_ms as number | null,
    retry: row.retry === null ? null : JSON.parse(row.retry as string),
    slaMs: row.sla_ms as number | null,
    onLost: row.on_lost as RunRow["onLost"],
  };
}

export function blockRunFromRow(row: Row): BlockRunRow {
  return {
    run: row.run as string,
    block: row.block as string,
    element: elementFrom(row.element),
    kind: row.kind as BlockKind,
    status: row.status as BlockStatus,
    attempts: row.attempts as number,
    startedAt: row.started_at as number | null,
    endedAt: row.ended_at as number | null,
    ms: row.ms as number | null,
    rows: row.rows as number | null,
    error: row.error as string | null,
    reason: row.reason as string | null,
    peakRssBytes: row.peak_rss_bytes as number | null,
    fingerprint: row.fingerprint === null ? null : JSON.parse(row.fingerprint as string),
    hasSavedOutputs: row.has_saved_outputs === 1,
    wait: row.waiting_since === null ? null : {
      since: row.waiting_since as number,
      lookAt: row.status === "queued" ? row.look_at as number | null : null,
      tries: row.tries as number | null ?? 1,
    },
  };
}

export function runAttemptFromRow(row: Row): RunAttemptRow {
  return {
    attempt: row.attempt as number,
    startedAt: row.started_at as number,
    endedAt: row.ended_at as number,
    status: row.status as RunStatus,
    error: row.error as string | null,
  };
}

export function attemptFromRow(row: Row): AttemptRow {
  return {
    block: row.block as string,
    element: elementFrom(row.element),
    attempt: row.attempt as number,
    startedAt: row.started_at as number,
    endedAt: row.ended_at as number,
    status: row.status as BlockStatus,
    error: row.error as string | null,
  };
}

export function checkFromRow(row: Row): CheckRow {
  return {
    block: row.block as string,
    element: elementFrom(row.element),
    attempt: row.attempt as number,
    name: row.name as string,
    passed: row.passed === 1,
    ...(row.failed_rows === null ? {} : { failedRows: row.failed_rows as number }),
    ...(row.rows === null ? {} : { rows: row.rows as number }),
  };
}

export function artifactFromRow(row: Row): BlockKey & Artifact & { readonly attempt: number } {
  return {
    block: row.block as string,
    element: elementFrom(row.element),
    attempt: row.attempt as number,
    title: (row.title as string | null) ?? undefined,
    data: JSON.parse(row.data as string),
  };
}

export function outputFromRow(row: Row): OutputRow {
  return {
    name: row.name as string,
    rows: row.rows as number | null,
    bytes: row.bytes as number,
  };
}

export function logFromRow(row: Row): LogLine & { readonly number: number } {
  return {
    type: "log",
    number: row.number as number,
    at: row.at as number,
    ...(row.block === null ? {} : { block: row.block as string }),
    ...(row.element === null ? {} : { element: row.element as number }),
    ...(row.attempt === null ? {} : { attempt: row.attempt as number }),
    stream: row.stream as LogLine["stream"],
    text: row.text as string,
  };
}
