/** Runs that wait for a dispatcher: accepted, claimed, put back, cancelled. @module */
// deno-lint-ignore-file require-await -- the interface is for histories across a network too
import type { PlannedBlock } from "../run/plan.ts";
import type { EndedRun, Lease, NewRun, RunRetry, RunRow } from "../run/run_store.ts";
import { LeaseLostError } from "../run/run_store.ts";
import type { RunStatus } from "../run/status.ts";
import { insertRun } from "./accept_run.ts";
import type { Database, Row } from "./database.ts";
import { endOpenBlocks } from "./end_open_blocks.ts";
import { addBlocks, forgetBlocks, takeLease } from "./leases.ts";
import { processId } from "./processes.ts";
import { runFromRow } from "./rows.ts";
import { writeRunEnd } from "./run_writer.ts";
import { type Settled, settleRun } from "./settle_run.ts";

/** A run as it is put into the queue. */
export interface AcceptedRun extends NewRun {
  readonly trigger: string | null;
  readonly backfill: string | null;
  readonly key: string | null;
  readonly priority: number;
  readonly lane: { readonly name: string; readonly atMost: number } | null;
  /** With `lane`: it is not accepted where the lane holds a run that has not ended. */
  readonly isSkippable: boolean;
  /** What finds the compiled pipeline again, so that every try of the run is of the same code. */
  readonly compiled: string | null;
  readonly timeoutMs: number | null;
  readonly retry: RunRetry | null;
  readonly slaMs: number | null;
  readonly onLost: "resume" | "fail";
  /** Why it cannot be executed: then it has failed at once. */
  readonly refusal: string | null;
}

export interface AcceptedAs {
  readonly run: string;
  readonly isNew: boolean;
  readonly isSkipped: boolean;
}

/** A run that left the queue, with all that its dispatcher needs. */
export interface ClaimedRun {
  readonly run: RunRow;
  readonly lease: Lease;
  readonly compiled: string | null;
  readonly lane: string | null;
  /** When this try began, the processes before this one included. */
  readonly tryStartedAt: number;
  /** Whether an earlier process has executed part of it. */
  readonly isResumed: boolean;
  /** Whether its end was asked for while it waited: only its callbacks are to hear of that. */
  readonly isCancelled: boolean;
  /** Whether that was in this same try: it was killed, interrupted, or ended while sensors waited. */
  readonly isSameTry: boolean;
  /** Whether it ended only because nothing went on but sensors that wait. */
  readonly isParked: boolean;
}

export interface ClaimOptions {
  readonly now: number;
  readonly leaseMs: number;
  /** Pipelines that are at their limit. */
  readonly fullPipelines: readonly string[];
  /** Where given, no other runs are claimed. */
  readonly only: readonly string[] | undefined;
}

/** The queue of a project. */
export interface RunQueue {
  /** Inserts the runs together, each unless one with its key is there or its lane is taken. */
  acceptRuns(runs: readonly AcceptedRun[]): Promise<readonly AcceptedAs[]>;
  /** Takes the next run that may start, with its lease; undefined where there is none. */
  claimRun(options: ClaimOptions): Promise<ClaimedRun | undefined>;
  /** Writes down what the try will do with each block. @throws {LeaseLostError} */
  planRun(lease: Lease, blocks: readonly PlannedBlock[]): Promise<void>;
  /** The process that executes it, which must be gone before another may. */
  setRunProcess(lease: Lease, pid: number): Promise<void>;
  /** Ends the try and its lease, and does what follows. @throws {LeaseLostError} */
  settleTry(
    lease: Lease,
    options: {
      /** How the run ended; undefined where it waits for its sensors. */
      readonly end: EndedRun | undefined;
      readonly isDraining: boolean;
      readonly timeout: string | undefined;
    },
  ): Promise<Settled>;
  /** Puts a claimed run back that was not started, or not to its end. @throws {LeaseLostError} */
  putBack(lease: Lease, dueAt: number): Promise<void>;
  /** Queues an ended run again. False where it has completed or not ended. */
  queueAgain(
    run: string,
    options: {
      readonly compiled: string;
      readonly variables: Readonly<Record<string, string>>;
    },
  ): Promise<boolean>;
  /** Ends a waiting run; of one that goes on, or has callbacks to be told, asks whoever executes it to. */
  cancelRun(run: string): Promise<"cancelled" | "asked" | "ended">;
  /** Those of `runs` whose end was asked for. */
  listCancelled(runs: readonly string[]): Promise<readonly string[]>;
  countQueued(): number;
  /** When the next waiting run is due; undefined where none waits. */
  nextDueAt(): number | undefined;
}

/** Lanes are counted once, not for each of the thousands of runs that a backfill may have waiting. */
const CLAIMABLE = `with claimed as materialized (
    select lane, count(*) as size from runs indexed by claimed_runs
    where lane is not null and claimed_at is not null and status in ('initial', 'running')
    group by lane)
  select * from runs where due_at <= ?1
  and (?2 is null or id in (select value from json_each(?2)))
  and pipeline not in (select value from json_each(?3))
  and (lane is null or claimed_at is not null
    or lane_limit > coalesce((select size from claimed where claimed.lane = runs.lane), 0))
  and not exists (select 1 from leases where leases.run = runs.id and expires_at > ?1)
  and due_at is not null
  order by priority desc, due_at, runs.rowid limit 1`;

const CLAIM = `update runs set due_at = null, claimed_at = coalesce(claimed_at, ?1),
  try_started_at = coalesce(try_started_at, ?1) where id = ?2`;

const QUEUE_AGAIN = `update runs set status = 'initial', error = null, ended_at = null, ms = null,
  due_at = ?, compiled = ?, variables = ?, attempt = attempt + 1, try_started_at = null, losses = 0,
  tries_left = coalesce(json_extract(retry, '$.attempts'), 1), cancel_requested_at = null,
  claimed_at = null where id = ?`;

const OPEN_CALLBACK = `select 1 from block_runs where run = ? and kind = 'callback'
  and status = 'initial' limit 1`;

/** The part of the history that is a queue. */
export function queueOf(database: Database): RunQueue {
  const fenced = async <Result>({ run, token }: Lease, work: () => Result): Promise<Result> =>
    database.transaction(() => {
      if (!database.get("select 1 from leases where run = ? and token = ?", run, token)) {
        throw new LeaseLostError(run);
      }
      return work();
    });
  return {
    acceptRuns: async (runs) =>
      database.transaction(() => runs.map((run) => insertRun(database, run))),
    claimRun: async (options) => {
      if (!findClaimable(database, options)) return undefined;
      return database.transaction(() => {
        const row = findClaimable(database, options);
        return row && claim(database, row, options);
      });
    },
    planRun: (lease, blocks) =>
      fenced(lease, () => {
        forgetBlocks(database, lease.run, blocks);
        addBlocks(database, lease.run, blocks);
      }),
    setRunProcess: async ({ run, token }, pid) => {
      const { start } = processId(pid);
      const sql =
        "update leases set run_pid = ?, run_process_start = ? where run = ? and token = ?";
      database.run(sql, pid, start, run, token);
    },
    settleTry: (lease, { end, ...options }) =>
      fenced(lease, () => {
        if (end) writeRunEnd(database, lease.run, end);
        return settleRun(database, lease.run, { now: Date.now(), ...options });
      }),
    putBack: (lease, dueAt) =>
      fenced(lease, () => {
        database.run("delete from leases where run = ?", lease.run);
        database.run(
          "update runs set status = 'initial', due_at = ? where id = ?",
          dueAt,
          lease.run,
        );
      }),
    queueAgain: async (run, { compiled, variables }) =>
      database.transaction(() => {
        const status = database.get("select status from runs where id = ?", run)?.status;
        const isHeld = database.get("select 1 from leases where run = ?", run) !== undefined;
        if ((status !== "failed" && status !== "cancelled") || isHeld) return false;
        database.run(QUEUE_AGAIN, Date.now(), compiled, JSON.stringify(variables), run);
        return true;
      }),
    cancelRun: async (run) => database.transaction(() => cancel(database, run)),
    listCancelled: async (runs) =>
      database.all(
        `select id from runs where cancel_requested_at is not null
          and id in (select value from json_each(?))`,
        JSON.stringify(runs),
      ).map(({ id }) => id as string),
    countQueued: () =>
      database.get("select count(*) as n from runs where due_at is not null")?.n as number,
    nextDueAt: () =>
      database.get("select min(due_at) as at from runs where due_at is not null")?.at as
        | number
        | null ?? undefined,
  };
}

function findClaimable(
  database: Database,
  { now, only, fullPipelines }: ClaimOptions,
): Row | undefined {
  const chosen = only === undefined ? null : JSON.stringify(only);
  return database.get(CLAIMABLE, now, chosen, JSON.stringify(fullPipelines));
}

function claim(database: Database, row: Row, { now, leaseMs }: ClaimOptions): ClaimedRun {
  const run = row.id as string;
  const lease = takeLease(database, run, leaseMs);
  database.run(CLAIM, now, run);
  return {
    run: runFromRow({ ...row, due_at: null }),
    lease,
    compiled: row.compiled as string | null,
    lane: row.lane as string | null,
    tryStartedAt: row.try_started_at as number | null ?? now,
    isCancelled: row.cancel_requested_at !== null,
    isSameTry: row.try_started_at !== null,
    isParked: row.status === "running",
    isResumed: database.get("select 1 from block_runs where run = ? limit 1", run) !== undefined,
  };
}

function cancel(database: Database, run: string): "cancelled" | "asked" | "ended" {
  const row = database.get("select * from runs where id = ?", run);
  const now = Date.now();
  const status = row?.status as RunStatus | undefined;
  if (!row || (status !== "initial" && status !== "running")) return "ended";
  if (row.due_at === null) {
    database.run("update runs set cancel_requested_at = ? where id = ?", now, run);
    return "asked";
  }
  if (status === "running" && database.get(OPEN_CALLBACK, run)) {
    const ask = "update runs set cancel_requested_at = ?1, due_at = ?1 where id = ?2";
    database.run(ask, now, run);
    return "asked";
  }
  endOpenBlocks(database, run, {
    status: "cancelled",
    at: now,
    error: null,
    errors: {},
    sparesCallbacks: false,
  });
  const ms = row.started_at === null ? 0 : now - (row.started_at as number);
  database.run(
    `update runs set status = 'cancelled', due_at = null, ended_at = ?, ms = ?,
      cancel_requested_at = ? where id = ?`,
    now,
    ms,
    now,
    run,
  );
  if (row.try_started_at !== null) settleRun(database, run, { now });
  return "cancelled";
}
