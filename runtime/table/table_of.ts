/** Collects a stream into a table in memory. @module */
import type { RecordBatch } from "apache-arrow";
import { alignedBatch } from "./aligned_batch.ts";
import { type Table, TableStream } from "./table.ts";
import { tableFromBatches } from "./table_from_batches.ts";

/** The whole of a stream as a Table; a Table is given back as it is.
 *
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { tableOf } from "sluice";
 * const table = await tableOf(tableFromArrays({ n: [1, 2] }));
 * console.log(table.numRows); // 2
 * ``` */
export async function tableOf<Row>(table: TableStream<Row> | Table<Row>): Promise<Table<Row>> {
  if (!(table instanceof TableStream)) return table;
  const batches: RecordBatch[] = [];
  for await (const batch of table.batches()) batches.push(alignedBatch(table.schema, batch));
  return tableFromBatches(table.schema, batches);
}
