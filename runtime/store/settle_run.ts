/** Decides what follows a run's try: nothing, another try, or a place in the queue. Called by the
 *  dispatcher that executed it, and by whoever finds that this dispatcher was killed. @module */
import { retryDelayMs } from "../run/retry_delay.ts";
import type { RunRetry } from "../run/run_store.ts";
import type { RunStatus } from "../run/status.ts";
import type { Database, Row } from "./database.ts";

/** What followed a try. */
export type Settled =
  | {
    readonly status: "waiting";
    readonly dueAt: number;
    readonly why: "retry" | "sensor" | "drain";
  }
  | { readonly status: RunStatus };

export interface SettleOptions {
  readonly now: number;
  /** The dispatcher ends: what it has cancelled is to go on at the next one. */
  readonly isDraining?: boolean;
  /** The run went beyond its time limit and was cancelled for it. */
  readonly timeout?: string | undefined;
}

const ADD_ATTEMPT = `insert or replace into run_attempts
  (run, attempt, started_at, ended_at, status, error) values (?, ?, ?, ?, ?, ?)`;

const RETRY = `update runs set status = 'initial', due_at = ?, attempt = attempt + 1,
  tries_left = tries_left - 1, try_started_at = null where id = ?`;

const FIRST_ERROR = `select error from block_runs where run = ? and status = 'failed'
  and error is not null order by position, element limit 1`;

/** Ends the lease of a run whose try is over, and does what follows; inside the caller's transaction. */
export function settleRun(
  database: Database,
  run: string,
  { now, isDraining = false, timeout }: SettleOptions,
): Settled {
  database.run("delete from leases where run = ?", run);
  const row = database.get("select * from runs where id = ?", run) as Row;
  if (row.due_at !== null) {
    return { status: "waiting", dueAt: row.due_at as number, why: "sensor" };
  }
  const wasAsked = row.cancel_requested_at !== null;
  if (isDraining && row.status === "cancelled" && !wasAsked && timeout === undefined) {
    database.run("update runs set status = 'initial', due_at = created_at where id = ?", run);
    return { status: "waiting", dueAt: now, why: "drain" };
  }
  const isLate = timeout !== undefined && row.status === "cancelled" && !wasAsked;
  if (isLate) {
    database.run("update runs set status = 'failed', error = ? where id = ?", timeout, run);
  }
  const status = isLate ? "failed" : row.status as RunStatus;
  const error = isLate ? timeout : row.error ?? database.get(FIRST_ERROR, run)?.error ?? null;
  const endedAt = row.ended_at ?? now;
  const startedAt = row.try_started_at ?? endedAt;
  database.run(ADD_ATTEMPT, run, row.attempt as number, startedAt, endedAt, status, error);
  const delayMs = status === "failed" && !wasAsked ? retryDelay(row) : undefined;
  if (delayMs === undefined) return { status };
  database.run(RETRY, now + delayMs, run);
  return { status: "waiting", dueAt: now + delayMs, why: "retry" };
}

/** The wait before the next try; undefined where none is left. */
function retryDelay(row: Row): number | undefined {
  if (row.retry === null) return undefined;
  const retry = JSON.parse(row.retry as string) as RunRetry;
  return retryDelayMs(retry, retry.attempts - (row.tries_left as number) + 1);
}
