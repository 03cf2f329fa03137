/** Carries `not null` from declared types into a table's schema. @module */
import { Field, makeData, RecordBatch, Schema, Struct } from "apache-arrow";
import type { Column } from "./declared.ts";

/** The schema with the columns that are declared `not null` marked so. */
export function schemaOf(schema: Schema, columns: readonly Column[]): Schema {
  const solid = new Set(columns.filter((column) => column.isNotNull).map((column) => column.name));
  if (solid.size === 0) return schema;
  return new Schema(
    schema.fields.map((field) =>
      solid.has(field.name) ? new Field(field.name, field.type, false, field.metadata) : field
    ),
  );
}

/** The batch under another schema of the same types. */
export function withSchema(batch: RecordBatch, schema: Schema): RecordBatch {
  if (batch.schema === schema) return batch;
  const type = new Struct(schema.fields);
  const { length, nullCount, children } = batch.data;
  return new RecordBatch(schema, makeData({ type, length, nullCount, children }));
}
