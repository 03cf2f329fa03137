/** Backfills: what was asked for, its dates, and the run of each. @module */
// deno-lint-ignore-file require-await -- the interface is for histories across a network too
import type { RunStatus } from "../run/status.ts";
import type { Database, Row } from "./database.ts";

export type BackfillStatus = "running" | "completed" | "failed" | "cancelled";

/** One backfill. */
export interface BackfillRow {
  readonly id: string;
  readonly pipeline: string;
  /** As it was asked for: JSON. */
  readonly request: unknown;
  readonly status: BackfillStatus;
  readonly createdAt: number;
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
  listBackfills(
    options?: { readonly status?: BackfillStatus; readonly limit?: number },
  ): Promise<readonly BackfillRow[]>;
  listBackfillDates(id: string): Promise<readonly BackfillDate[]>;
  /** The date has this run from now on. */
  setBackfillRun(id: string, position: number, run: string): Promise<void>;
  /** These dates are to have a run again, and the backfill goes on. */
  repeatBackfillDates(id: string, positions: readonly number[]): Promise<void>;
  /** Ends it where it is going on; tells whether it did. */
  endBackfill(
    id: string,
    status: Exclude<BackfillStatus, "running">,
    at: number,
  ): Promise<boolean>;
}

const ADD_DATE =
  `insert into backfill_dates (backfill, position, execution_date, interval_end, attempt)
  values (?, ?, ?, ?, 1)`;

const LIST = `select * from backfills where (?1 is null or status = ?1)
  order by created_at desc, id desc limit ?2`;

const STATUS = "coalesce(runs.status, 'initial')";

const COUNT = `select ${STATUS} as status, count(*) as dates
  from backfill_dates left join runs on runs.id = run where backfill = ? group by 1`;

const LIST_DATES = `select position, execution_date, interval_end, attempt, run, ${STATUS} as status
  from backfill_dates left join runs on runs.id = run where backfill = ? order by position`;

/** The backfills in SQLite. */
export function backfillsIn(database: Database): Backfills {
  const rowFrom = (row: Row) => backfillFromRow(row, database);
  return {
    async addBackfill({ id, pipeline, request, createdAt }, dates) {
      database.transaction(() => {
        const add = "insert into backfills (id, pipeline, request, status, created_at) " +
          "values (?, ?, ?, 'running', ?)";
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
    listBackfills: async ({ status, limit = 100 } = {}) =>
      database.all(LIST, status ?? null, limit).map(rowFrom),
    listBackfillDates: async (id) => database.all(LIST_DATES, id).map(dateFromRow),
    async setBackfillRun(id, position, run) {
      const set = "update backfill_dates set run = ? where backfill = ? and position = ?";
      database.run(set, run, id, position);
    },
    async repeatBackfillDates(id, positions) {
      const repeat = "update backfill_dates set run = null, attempt = attempt + 1 " +
        "where backfill = ? and position = ?";
      database.transaction(() => {
        const reopen = "update backfills set status = 'running', ended_at = null where id = ?";
        database.run(reopen, id);
        for (const position of positions) database.run(repeat, id, position);
      });
    },
    async endBackfill(id, status, at) {
      const end =
        "update backfills set status = ?, ended_at = ? where id = ? and status = 'running'";
      return database.run(end, status, at, id) === 1;
    },
  };
}

function backfillFromRow(row: Row, database: Database): BackfillRow {
  const counts = { initial: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
  for (const { status, dates } of database.all(COUNT, row.id as string)) {
    counts[status as RunStatus] = dates as number;
  }
  return {
    id: row.id as string,
    pipeline: row.pipeline as string,
    request: JSON.parse(row.request as string),
    status: row.status as BackfillStatus,
    createdAt: row.created_at as number,
    endedAt: row.ended_at as number | null,
    counts,
  };
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
