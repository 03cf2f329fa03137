/** Tables out of record batches, of none too. @module */
import { type RecordBatch, type Schema, Table as ArrowTable } from "apache-arrow";
import { emptyData } from "./gather.ts";
import { recordBatch } from "./record_batch.ts";
import type { Table, UnknownRow } from "./table.ts";

/** A table of `schema`; where no batch has rows, one without rows, since apache-arrow cannot slice a
 *  table that has no batch at all.
 *
 * @example
 * ```ts
 * import { Field, Int32, Schema } from "apache-arrow";
 * import { tableFromBatches } from "./table_from_batches.ts";
 * const none = tableFromBatches(new Schema([new Field("n", new Int32())]), []);
 * console.log(none.slice(0, 1).numRows); // 0
 * ``` */
export function tableFromBatches<Row = UnknownRow>(
  schema: Schema,
  batches: readonly RecordBatch[],
): Table<Row> {
  const filled = batches.filter((batch) => batch.numRows > 0);
  if (filled.length > 0) return new ArrowTable(schema, filled);
  const columns = schema.fields.map((field) => emptyData(field.type));
  return new ArrowTable(schema, [recordBatch(schema, columns, 0)]);
}
