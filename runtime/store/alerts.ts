/** The outbox of alerts: each is written down in the transaction that takes note of its reason, and stays until
 *  it was sent or given up. @module */
// deno-lint-ignore-file require-await -- the interface is for histories across a network too
import type { Database, Row } from "./database.ts";

/** An alert to be written down; the same `key` is never written twice. */
export interface NewAlert {
  readonly key: string;
  readonly run: string;
  readonly occasion: string;
  /** Whom to tell, and how: JSON. */
  readonly rule: unknown;
}

export interface AlertRow extends NewAlert {
  readonly id: number;
  readonly attempts: number;
  /** When it is tried next; null once it was sent or given up. */
  readonly nextAt: number | null;
  readonly sentAt: number | null;
  readonly error: string | null;
}

export interface AlertOutbox {
  /** Writes the alerts, and that `reader` has come to `number`: both or neither. */
  addAlerts(
    alerts: readonly NewAlert[],
    at: number,
    progress?: { readonly reader: string; readonly number: number },
  ): Promise<void>;
  /** Those that are due, the longest waiting first. */
  listDueAlerts(now: number, limit: number): Promise<readonly AlertRow[]>;
  /** Of a run, or of all; newest first. */
  listAlerts(options?: { readonly run?: string; readonly limit?: number }): Promise<
    readonly AlertRow[]
  >;
  markAlertSent(id: number, at: number): Promise<void>;
  /** It is tried again at `nextAt`; null gives it up. */
  markAlertFailed(id: number, error: string, nextAt: number | null): Promise<void>;
  /** The runs past their deadline that had not completed by it. */
  listMissedDeadlines(now: number): Promise<readonly string[]>;
  /** Forgets the deadlines of these runs, and of all that completed in time. */
  forgetDeadlines(runs: readonly string[]): Promise<void>;
}

const ADD = `insert or ignore into alerts (key, run, occasion, rule, attempts, next_at)
  values (?, ?, ?, ?, 0, ?)`;

const LIST_MISSED = `select run from deadlines join runs on runs.id = run
  where deadlines.due_at <= ? and (runs.status <> 'completed' or runs.ended_at > deadlines.due_at)
  order by deadlines.due_at`;

const FORGET_KEPT = `delete from deadlines where run in (select run from deadlines
  join runs on runs.id = run where runs.status = 'completed' and runs.ended_at <= deadlines.due_at)`;

/** The outbox in SQLite. */
export function alertsIn(database: Database): AlertOutbox {
  return {
    async addAlerts(alerts, at, progress) {
      database.transaction(() => {
        for (const { key, run, occasion, rule } of alerts) {
          database.run(ADD, key, run, occasion, JSON.stringify(rule), at);
        }
        if (!progress) return;
        const { reader, number } = progress;
        database.run("update cursors set number = ? where reader = ?", number, reader);
      });
    },
    async listDueAlerts(now, limit) {
      const due = "select * from alerts where next_at <= ? order by next_at, id limit ?";
      return database.all(due, now, limit).map(alertFromRow);
    },
    async listAlerts({ run, limit = 100 } = {}) {
      const list = "select * from alerts where (?1 is null or run = ?1) order by id desc limit ?2";
      return database.all(list, run ?? null, limit).map(alertFromRow);
    },
    async markAlertSent(id, at) {
      const mark = "update alerts set sent_at = ?, next_at = null, error = null, " +
        "attempts = attempts + 1 where id = ?";
      database.run(mark, at, id);
    },
    async markAlertFailed(id, error, nextAt) {
      const mark = "update alerts set error = ?, next_at = ?, attempts = attempts + 1 where id = ?";
      database.run(mark, error, nextAt, id);
    },
    listMissedDeadlines: async (now) =>
      database.all(LIST_MISSED, now).map(({ run }) => run as string),
    async forgetDeadlines(runs) {
      database.transaction(() => {
        database.run(FORGET_KEPT);
        for (const run of runs) database.run("delete from deadlines where run = ?", run);
      });
    },
  };
}

function alertFromRow(row: Row): AlertRow {
  return {
    id: row.id as number,
    key: row.key as string,
    run: row.run as string,
    occasion: row.occasion as string,
    rule: JSON.parse(row.rule as string),
    attempts: row.attempts as number,
    nextAt: row.next_at as number | null,
    sentAt: row.sent_at as number | null,
    error: row.error as string | null,
  };
}
