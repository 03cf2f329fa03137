/** Backfills: what was asked for, its dates, and the run of each. How far one has come follows from its runs.
 *  @module */
// deno-lint-ignore-file require-await -- the interface is for histories across a network too
import type { RunStatus } from "../run/status.ts";
import type { Database, Row } from "./database.ts";

export type BackfillStatus = "running" | "completed" | "failed" | "cancelled";

/** One backfill. */
export interface BackfillRow {
  readonly id: string;
  /** What the person called it. */
  readonly name: string | null;
  readonly pipeline: string;
  /** As it was asked for: JSON. */
  readonly request: unknown;
  readonly status: BackfillStatus;
  readonly createdAt: number;
  /** When it was cancelled: no more runs are asked for since. */
  readonly cancelledAt: number | null;
  /** When its last run ended; null while it goes on. */
  readonly endedAt: number | null;
  /** How many of its dates have a run of that status; `initial` where none has begun. */
  readonly counts: Readonly<Record<RunStatus, number>>;
}

/** One execution date of a backfill. */
export interface BackfillDate {
  /** Counted from 0. */
  readonly position: number;
  readonly executionDate: string;
  readonly intervalEnd: string;
  /** How often its run was asked for, from 1. */
  readonly attempt: number;
  readonly run: string | null;
  /** Of its run; `initial` where there is none. */
  readonly status: RunStatus;
}

export interface Backfills {
  addBackfill(
    backfill: Pick<BackfillRow, "id" | "pipeline" | "request" | "createdAt">,
    dates: readonly Pick<BackfillDate, "executionDate" | "intervalEnd">[],
  ): Promise<void>;
  findBackfill(id: string): Promise<BackfillRow | undefined>;
  /** Newest first. */
  listBackfills(limit?: number): Promise<readonly BackfillRow[]>;
  /** Those that still have to ask for runs, oldest first: whoever asked for them was killed. */
  listBackfillsToContinue(): Promise<readonly string[]>;
  listBackfillDates(id: string): Promise<readonly BackfillDate[]>;
  /** These dates have these runs from now on. */
  setBackfillRuns(
    id: string,
    runs: readonly { readonly position: number; readonly run: string }[],
  ): Promise<void>;
  /** These dates are to have a run again; a backfill that was cancelled goes on. */
  repeatBackfillDates(id: string, positions: readonly number[]): Promise<void>;
  /** No more runs are asked for. */
  markBackfillCancelled(id: string, at: number): Promise<void>;
}

const ADD_DATE =
  `insert into backfill_dates (backfill, position, execution_date, interval_end, attempt)
  values (?, ?, ?, ?, 1)`;

const STATUS = "coalesce(runs.status, 'initial')";

const COUNT = `select ${STATUS} as status, count(*) as size, max(runs.ended_at) as ended_at
  from backfill_dates as dates left join runs on runs.id = run where dates.backfill = ? group by 1`;

const LIST_DATES = `select position, dates.execution_date, dates.interval_end, dates.attempt, run,
    ${STATUS} as status
  from backfill_dates as dates left join runs on runs.id = run where dates.backfill = ?
  order by position`;

const TO_CONTINUE = `select id from backfills where cancelled_at is null and exists (
  select 1 from backfill_dates where backfill = id and run is null) order by created_at, id`;

/** The backfills in SQLite. */
export function backfillsIn(database: Database): Backfills {
  const rowFrom = (row: Row) => backfillFromRow(row, database);
  return {
    async addBackfill({ id, pipeline, request, createdAt }, dates) {
      database.transaction(() => {
        const add = "insert into backfills (id, pipeline, request, created_at) values (?, ?, ?, ?)";
        database.run(add, id, pipeline, JSON.stringify(request), createdAt);
        for (const [position, { executionDate, intervalEnd }] of dates.entries()) {
          database.run(ADD_DATE, id, position, executionDate, intervalEnd);
        }
      });
    },
    async findBackfill(id) {
      const row = database.get("select * from backfills where id = ?", id);
      return row && rowFrom(row);
    },
    async listBackfills(limit = 100) {
      const list = "select * from backfills order by created_at desc, id desc limit ?";
      return database.all(list, limit).map(rowFrom);
    },
    listBackfillsToContinue: async () => database.all(TO_CONTINUE).map(({ id }) => id as string),
    listBackfillDates: async (id) => database.all(LIST_DATES, id).map(dateFromRow),
    async setBackfillRuns(id, runs) {
      const set = "update backfill_dates set run = ? where backfill = ? and position = ?";
      database.transaction(() => {
        for (const { position, run } of runs) database.run(set, run, id, position);
      });
    },
    async repeatBackfillDates(id, positions) {
      const repeat = "update backfill_dates set run = null, attempt = attempt + 1 " +
        "where backfill = ? and position = ?";
      database.transaction(() => {
        database.run("update backfills set cancelled_at = null where id = ?", id);
        for (const position of positions) database.run(repeat, id, position);
      });
    },
    async markBackfillCancelled(id, at) {
      database.run("update backfills set cancelled_at = ? where id = ?", at, id);
    },
  };
}

function backfillFromRow(row: Row, database: Database): BackfillRow {
  const id = row.id as string;
  const counts = { initial: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  let lastEndedAt: number | null = row.cancelled_at as number | null;
  for (const group of database.all(COUNT, id)) {
    counts[group.status as RunStatus] = group.size as number;
    lastEndedAt = Math.max(lastEndedAt ?? 0, group.ended_at as number | null ?? 0);
  }
  const status = statusFromCounts(counts, row.cancelled_at !== null);
  const request = JSON.parse(row.request as string);
  return {
    id,
    name: request.name ?? null,
    pipeline: row.pipeline as string,
    request,
    status,
    createdAt: row.created_at as number,
    cancelledAt: row.cancelled_at as number | null,
    endedAt: status === "running" ? null : lastEndedAt,
    counts,
  };
}

function statusFromCounts(
  { initial, running, failed, cancelled }: BackfillRow["counts"],
  isCancelled: boolean,
): BackfillStatus {
  if (running > 0 || (initial > 0 && !isCancelled)) return "running";
  if (isCancelled) return "cancelled";
  if (failed > 0) return "failed";
  return cancelled > 0 ? "cancelled" : "completed";
}

function dateFromRow(row: Row): BackfillDate {
  return {
    position: row.position as number,
    executionDate: row.execution_date as string,
    intervalEnd: row.interval_end as string,
    attempt: row.attempt as number,
    run: row.run as string | null,
    status: row.status as RunStatus,
  };
}
