/** Rows as plain objects, for small tables. @module */
import type { Schema } from "apache-arrow";
import { checkTable } from "./check_table.ts";
import { type Table, TableStream } from "./table.ts";
import { valueReader } from "./value_reader.ts";

export interface RowsOptions {
  /** How many rows at most, from the first. */
  readonly limit?: number;
}

/** The table's rows as objects: numbers for int64, Dates for timestamps, strings for decimals.
 *
 * @throws {RangeError} at an int64 beyond ±2^53, naming column and row
 * @example
 * ```ts
 * import { rows, sql } from "sluice";
 * const [counted] = rows(await sql<{ n: number }>`select count(*) as n from range(${3})`);
 * console.log(counted?.n); // 3
 * ``` */
export function rows<Row>(table: Table<Row>, { limit = Infinity }: RowsOptions = {}): Row[] {
  checkTable(table, "take rows");
  if (table instanceof TableStream) {
    throw new TypeError(
      "Cannot take rows of a TableStream, which may not fit in memory: collect it with `await tableOf(stream)`",
    );
  }
  const names = uniqueNames(table.schema);
  const collected: Row[] = [];
  for (const batch of table.batches) {
    const rowsBefore = collected.length;
    const count = Math.min(batch.numRows, limit - rowsBefore);
    if (count <= 0) break;
    const readers = names.map(({ name, index }) => {
      const field = table.schema.fields[index]!;
      return valueReader(field, batch.data.children[index]!, { column: name, rowsBefore });
    });
    for (let row = 0; row < count; row++) {
      const entries = names.map(({ name }, at) => [name, readers[at]!(row)]);
      collected.push(Object.fromEntries(entries) as Row);
    }
  }
  return collected;
}

function uniqueNames(schema: Schema): { name: string; index: number }[] {
  const names = schema.fields.map(({ name }, index) => ({ name, index }));
  return names.filter(({ name }, index) =>
    names.findIndex((other) => other.name === name) === index
  );
}
