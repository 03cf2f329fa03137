/** What the history removes of itself: runs, logs and outputs past an age or a count, a few at a time. @module */
// deno-lint-ignore-file require-await -- the interface is for histories across a network too
import type { Database } from "./database.ts";
import { BEYOND_BYTES } from "./outputs_past_keeping.ts";

/** What is past keeping: older than `before`, or beyond the newest `count` of its pipeline. */
export interface PastKeeping {
  /** Milliseconds since 1970; undefined where age does not matter. */
  readonly before: number | undefined;
  readonly count: number | undefined;
  /** At most so many at once. */
  readonly limit: number;
}

/** Runs that have not ended are in none of these. */
export interface Retention {
  /** Oldest first. */
  listRunsPastKeeping(past: PastKeeping): Promise<readonly string[]>;
  /** Those that still have outputs saved; `bytes` as in `KeptOutputs`. */
  listOutputsPastKeeping(
    past: PastKeeping & { readonly bytes: number | undefined },
  ): Promise<readonly string[]>;
  /** With all that belongs to them. A run that is going on again stays. */
  deleteRuns(runs: readonly string[]): Promise<void>;
  /** Deletes lines; tells how many. */
  deleteLogsPastKeeping(past: PastKeeping): Promise<number>;
}

/** The count needs a look at every run of a pipeline, so it is taken only where one is given. */
function pastKeeping({ before, count }: PastKeeping): { where: string; values: number[] } {
  const ended = "runs.status not in ('initial', 'running')";
  const conditions: string[] = [];
  const values: number[] = [];
  if (before !== undefined) {
    conditions.push("runs.created_at < ?");
    values.push(before);
  }
  if (count !== undefined) {
    conditions.push(`runs.id in (select id from (select id, row_number() over (
      partition by pipeline order by created_at desc, id desc) as place from runs) where place > ?)`);
    values.push(count);
  }
  const past = conditions.length === 0 ? "false" : conditions.join(" or ");
  return { where: `${ended} and (${past})`, values };
}

/** The removals in SQLite. */
export function retentionIn(database: Database): Retention {
  return {
    async listRunsPastKeeping(past) {
      const { where, values } = pastKeeping(past);
      const list = `select id from runs where ${where} order by created_at, id limit ?`;
      return database.all(list, ...values, past.limit).map(({ id }) => id as string);
    },
    async listOutputsPastKeeping(past) {
      const { where, values } = pastKeeping(past);
      const list = `select id from runs where ${where} and exists (select 1 from block_runs
        where run = runs.id and has_saved_outputs = 1) order by created_at, id limit ?`;
      const ids = database.all(list, ...values, past.limit).map(({ id }) => id as string);
      if (past.bytes === undefined || ids.length > 0) return ids;
      const beyond = database.all(`${BEYOND_BYTES} limit ?`, past.bytes, past.limit);
      return beyond.map(({ id }) => id as string);
    },
    async deleteRuns(runs) {
      const remove = "delete from runs where id = ? and status not in ('initial', 'running')";
      database.transaction(() => {
        for (const run of runs) database.run(remove, run);
      });
    },
    async deleteLogsPastKeeping(past) {
      const { where, values } = pastKeeping(past);
      const remove = `delete from logs where number in (select number from logs
        join runs on runs.id = logs.run where ${where} limit ?)`;
      return database.run(remove, ...values, past.limit);
    },
  };
}
