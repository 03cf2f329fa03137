/** Record batches under the schema of the table that they belong to. @module */
import { RecordBatch, type Schema } from "apache-arrow";

/** The batch under `schema`: writers would start a second table at a batch whose schema differs,
 *  be it only in what may be null.
 *
 * @throws {TypeError} where columns or types differ */
export function alignedBatch(schema: Schema, batch: RecordBatch): RecordBatch {
  if (batch.schema === schema) return batch;
  if (batch.schema.fields.length !== schema.fields.length) {
    throw new TypeError(
      `Cannot use a batch of ${batch.schema.fields.length} columns in a table of ${schema.fields.length}`,
    );
  }
  schema.fields.forEach((field, index) => {
    const other = batch.schema.fields[index]!;
    if (String(other.type) !== String(field.type)) {
      throw new TypeError(
        `Cannot use a batch whose column \`${other.name}\` is ${other.type} where \`${field.name}\` is ${field.type}`,
      );
    }
  });
  return new RecordBatch(schema, batch.data);
}
