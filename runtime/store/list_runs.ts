/** Pages of the run history. The conditions are written out for each question, so that each finds the
 *  index that is in its order: a page costs the same however long the history is. @module */
import type { ListRunsOptions } from "../run/run_store.ts";
import type { Database, Row } from "./database.ts";

const COLUMNS = ["pipeline", "status", "trigger", "backfill"] as const;

/** The rows of one page, newest first. */
export function listRuns(
  database: Database,
  { limit = 100, before, ...wanted }: ListRunsOptions,
): readonly Row[] {
  const asked = COLUMNS.flatMap((column) => {
    const value = wanted[column];
    return value === undefined ? [] : [{ column, value }];
  });
  const conditions = asked.map(({ column }) => `${column} = ?`);
  const values: (string | number)[] = asked.map(({ value }) => value);
  if (before !== undefined) {
    const last = database.get("select created_at from runs where id = ?", before);
    if (!last) return [];
    conditions.push("(created_at, id) < (?, ?)");
    values.push(last.created_at as number, before);
  }
  const where = conditions.length === 0 ? "" : `where ${conditions.join(" and ")}`;
  const sql = `select * from runs ${where} order by created_at desc, id desc limit ?`;
  return database.all(sql, ...values, limit);
}
