/** Rows as Storage Read sends them, Arrow already, under the types that pages of the same result get. @module */
import {
  type Data,
  DataType,
  type RecordBatch as Batch,
  RecordBatchReader,
  type Schema,
} from "apache-arrow";
import { recordBatch } from "../../table/record_batch.ts";

/** The schema in the bytes of a message. */
export function schemaIn(message: Uint8Array): Schema {
  const reader = RecordBatchReader.from([message.slice()]);
  reader.open();
  return reader.schema;
}

/** The batch in the bytes of a message, under `schema`.
 *
 * @param theirs the message of the schema that the server writes under */
export function batchIn(message: Uint8Array, theirs: Uint8Array, schema: Schema): Batch {
  // a copy lies as values need it, and lets go of what came around it
  const [batch] = RecordBatchReader.from([theirs.slice(), message.slice()]);
  const columns = schema.fields.map(({ type }, index) =>
    retyped(batch!.data.children[index]!, type)
  );
  return recordBatch(schema, columns, batch!.numRows);
}

/** Whether columns under `theirs` lie as those under `ours` do, whatever names and zones they carry. */
export function isSameLayout(ours: Schema, theirs: Schema): boolean {
  return ours.fields.length === theirs.fields.length &&
    ours.fields.every(({ type }, index) => liesAs(type, theirs.fields[index]!.type));
}

function liesAs(ours: DataType, theirs: DataType): boolean {
  if (ours.typeId !== theirs.typeId) return false;
  if (DataType.isTimestamp(ours) && DataType.isTimestamp(theirs)) {
    return ours.unit === theirs.unit && !ours.timezone === !theirs.timezone;
  }
  if (DataType.isDecimal(ours) && DataType.isDecimal(theirs)) {
    return ours.scale === theirs.scale && ours.bitWidth === theirs.bitWidth;
  }
  const [mine, other] = [ours.children ?? [], theirs.children ?? []];
  if (mine.length === 0) return String(ours) === String(theirs);
  return mine.length === other.length &&
    mine.every(({ type }, index) => liesAs(type, other[index]!.type));
}

/** An array is never null in BigQuery: where there is none, it is empty. */
function retyped(data: Data, type: DataType): Data {
  const children = data.children.map((child, index) => retyped(child, type.children[index]!.type));
  const { valueOffsets, values, nullBitmap } = data;
  const isList = DataType.isList(type);
  return data.clone(
    type,
    data.offset,
    data.length,
    isList ? 0 : data.nullCount,
    [valueOffsets, values, isList ? undefined : nullBitmap, undefined] as never,
    children,
  );
}
