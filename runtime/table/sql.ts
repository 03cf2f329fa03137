/** SQL over tables: DuckDB scans the Arrow buffers of the tables that stand in the text. @module */
import { atFirstUse } from "../context/at_first_use.ts";
import type { SqlIdentifier, SqlValue } from "./sql_value.ts";
import type { Table, TableStream, UnknownRow } from "./table.ts";

const querying = atFirstUse(() => import("./sql_query.ts"));

/** What `${…}` may hold: a table or stream to select from, a name made by `ident`, or a value, which
 *  is bound and never becomes text. */
export type SqlArgument = Table<unknown> | TableStream<unknown> | SqlValue | SqlIdentifier;

/** Runs one query in process, over any tables that stand in it, and gives its result.
 *
 * @throws {EngineError} what DuckDB refused, with the line of the SQL
 * @throws {TypeError} where a value or a column has no place in SQL or in a table
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { sql } from "sluice";
 * const trips = tableFromArrays({ fare: [4, 8, 15] });
 * const dear = await sql<{ n: number }>`select count(*) as n from ${trips} where fare > ${5}`;
 * console.log(dear.getChild("n")?.get(0)); // 2n
 * ``` */
export async function sql<Row = UnknownRow>(
  text: TemplateStringsArray,
  ...values: readonly SqlArgument[]
): Promise<Table<Row>> {
  return await (await querying()).queryTable<Row>(text, values);
}

/** Like `sql`, but gives the result batch by batch: for results that memory would not hold.
 *
 * @example
 * ```ts
 * import { scanSql } from "sluice";
 * const numbers = await scanSql`select n from range(${100_000}) as t(n)`;
 * let rows = 0;
 * for await (const batch of numbers.batches()) rows += batch.numRows;
 * console.log(rows); // 100000
 * ``` */
export async function scanSql<Row = UnknownRow>(
  text: TemplateStringsArray,
  ...values: readonly SqlArgument[]
): Promise<TableStream<Row>> {
  return await (await querying()).queryStream<Row>(text, values);
}
