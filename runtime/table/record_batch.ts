/** Record batches out of whole columns. @module */
import { type Data, makeData, RecordBatch, type Schema, Struct } from "apache-arrow";

/** A batch of `length` rows whose columns are `children`, in the schema's order. */
export function recordBatch(schema: Schema, children: Data[], length: number): RecordBatch {
  const type = new Struct(schema.fields);
  return new RecordBatch(schema, makeData({ type, length, nullCount: 0, children }));
}
