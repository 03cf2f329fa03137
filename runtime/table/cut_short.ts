/** Tells a result that failed on the way from one that ended: the native binding gives no error for a
 *  streamed result, it only stops. @module */
import type { Result } from "@duckdb/node-bindings";
import type { Engine, LentConnection } from "./engine.ts";
import type { SqlValue } from "./sql_value.ts";

/** Throws what ended `result` early, or returns where it came to its end. DuckDB says the reason only
 *  when the query runs once more; its rows are dropped.
 *
 * @throws what DuckDB says then */
export async function checkReachedEnd(
  engine: Engine,
  lent: LentConnection,
  result: Result,
  sql: string,
  params: readonly SqlValue[],
): Promise<void> {
  const { native } = engine;
  if (native.result_return_type(result) !== native.ResultType.INVALID) return;
  lent.signal?.throwIfAborted();
  const statement = await engine.prepare(lent.connection, `explain analyze ${sql}`, params);
  try {
    await native.execute_prepared(statement);
  } finally {
    native.destroy_prepare_sync(statement);
  }
  throw new Error("the result ended early and DuckDB does not say why");
}
