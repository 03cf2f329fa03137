/** Chooses columns and their order. @module */
import { Schema } from "apache-arrow";
import { checkTable } from "./check_table.ts";
import { mapBatches } from "./map_batches.ts";
import { columnIndex, refuseTwice } from "./missing_column.ts";
import { recordBatch } from "./record_batch.ts";
import type { Table, TableStream } from "./table.ts";

/** The named columns, in the order of the names; nothing is copied.
 *
 * @throws {Error} where a column is missing, with the nearest name
 * @example
 * ```ts
 * import { select, tableFromRows } from "sluice";
 * const fares = select(tableFromRows([{ fare: 4, tip: 1, zone: "A" }]), ["zone", "fare"]);
 * console.log(fares.schema.names); // ["zone", "fare"]
 * ``` */
export function select<Row, Name extends keyof Row & string>(
  table: Table<Row>,
  columns: readonly Name[],
): Table<Pick<Row, Name>>;
export function select<Row, Name extends keyof Row & string>(
  table: TableStream<Row>,
  columns: readonly Name[],
): TableStream<Pick<Row, Name>>;
export function select<Row, Name extends keyof Row & string>(
  table: Table<Row> | TableStream<Row>,
  columns: readonly Name[],
): Table<Pick<Row, Name>> | TableStream<Pick<Row, Name>> {
  checkTable(table, "select columns");
  const indices = columns.map((name) => columnIndex(table.schema, name, "select"));
  refuseTwice(columns, "select columns");
  const fields = indices.map((index) => table.schema.fields[index]!);
  const schema = new Schema(fields, table.schema.metadata);
  return mapBatches(table, schema, (batch) => {
    const children = indices.map((index) => batch.data.children[index]!);
    return recordBatch(schema, children, batch.numRows);
  });
}
