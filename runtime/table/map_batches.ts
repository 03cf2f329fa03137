/** Applies a change of columns to every batch of a table or of a stream. @module */
import type { RecordBatch, Schema } from "apache-arrow";
import { type Table, TableStream } from "./table.ts";
import { tableFromBatches } from "./table_from_batches.ts";

/** A table or stream of `schema`, each batch made by `change` from the one that was. */
export function mapBatches<Row, Result>(
  table: Table<Row> | TableStream<Row>,
  schema: Schema,
  change: (batch: RecordBatch) => RecordBatch,
): Table<Result> | TableStream<Result> {
  if (table instanceof TableStream) {
    return new TableStream<Result>(schema, changed(table.batches(), change));
  }
  return tableFromBatches(schema, table.batches.map(change));
}

async function* changed(
  batches: AsyncIterable<RecordBatch>,
  change: (batch: RecordBatch) => RecordBatch,
): AsyncGenerator<RecordBatch> {
  for await (const batch of batches) yield change(batch);
}
