/** Chooses how a column of one batch is encoded for the Postgres type it goes into. @module */
import { type Data, DataType, type IntervalUnit, type Vector } from "apache-arrow";
import type { PgType } from "../column_type.ts";
import { Oid } from "../oids.ts";
import { FixedEncoder, type FixedWidth } from "./fixed_encoder.ts";
import { encodeInterval } from "./interval.ts";
import { type Extents, ListEncoder } from "./list_encoder.ts";
import { decimalAt, encodeNumeric } from "./numeric.ts";
import { putBool, putBytes, putFloat, putInteger } from "./put_number.ts";
import { putDate, putTime, putTimestamp } from "./put_time.ts";
import { type ColumnEncoder, inRow, NULL_LENGTH, UnfitValue, type Validity } from "./row_block.ts";
import { TextEncoderOfColumn } from "./text_encoder.ts";
import { ValueEncoder } from "./value_encoder.ts";

const JSONB_VERSION = 1;

/** The encoder of `data` for a column of `type`, which it must fit into. */
export function columnEncoder(data: Data, type: PgType): ColumnEncoder {
  const { type: arrow } = data;
  const validity = validityOf(data);
  if (DataType.isNull(arrow)) return new ValueEncoder(() => new Uint8Array(0), NONE);
  if (DataType.isDictionary(arrow)) return dictionaryEncoder(data, type);
  if (DataType.isList(arrow) || DataType.isFixedSizeList(arrow)) return listEncoder(data, type);
  if (isBytes(arrow)) {
    return new TextEncoderOfColumn(bytesOf(data), validity, {
      prefix: type.family === "jsonb" ? [JSONB_VERSION] : [],
      nul: type.oid === Oid.bytea ? "kept" : "refused",
    });
  }
  if (type.oid === Oid.numeric) return new ValueEncoder(numericOf(data), validity);
  if (DataType.isInterval(arrow)) {
    return new ValueEncoder(encodeInterval(data, arrow.unit as IntervalUnit), validity);
  }
  return new FixedEncoder(fixedWidth(data, type), validity);
}

/** No row has a value. */
const NONE: Validity = { bitmap: new Uint8Array(0), offset: 0 };

function validityOf(data: Data): Validity | undefined {
  if (data.nullCount === 0 || !data.nullBitmap || data.nullBitmap.length === 0) return undefined;
  return { bitmap: data.nullBitmap, offset: data.offset };
}

function fixedWidth(data: Data, type: PgType): FixedWidth {
  const { type: arrow } = data;
  if (DataType.isBool(arrow)) return putBool(data);
  if (DataType.isInt(arrow)) return putInteger(data, type.oid);
  if (DataType.isFloat(arrow)) return putFloat(data, type.oid);
  if (DataType.isFixedSizeBinary(arrow)) return putBytes(data, arrow.byteWidth);
  if (DataType.isDate(arrow)) return { width: 4, put: putDate(data) };
  if (DataType.isTime(arrow)) return { width: 8, put: putTime(data) };
  if (DataType.isTimestamp(arrow)) return putTimestamp(data);
  throw new TypeError(`no way to write ${arrow} as ${type.sql}`);
}

function isBytes(type: DataType): boolean {
  return DataType.isUtf8(type) || DataType.isBinary(type) || DataType.isLargeUtf8(type) ||
    DataType.isLargeBinary(type);
}

function bytesOf(data: Data) {
  const offsets = data.valueOffsets as unknown as Int32Array | BigInt64Array;
  return {
    bytes: data.values as Uint8Array,
    offsets: offsets instanceof Int32Array ? offsets : Int32Array.from(offsets, Number),
  };
}

function numericOf(data: Data): (row: number) => Uint8Array {
  const { type } = data;
  if (DataType.isDecimal(type)) {
    const { buffer, byteOffset, byteLength } = data.values;
    const words = new Uint32Array(buffer, byteOffset, byteLength >> 2);
    const wordsPerValue = type.bitWidth / 32;
    return (row) => encodeNumeric(decimalAt(words, wordsPerValue, row), type.scale);
  }
  const values = data.values as BigInt64Array | Int32Array;
  return (row) => encodeNumeric(BigInt(values[row]!), 0);
}

function listEncoder(data: Data, type: PgType): ColumnEncoder {
  const child: Data | undefined = data.children[0];
  if (!child || !type.element) throw new TypeError(`no way to write ${data.type} as ${type.sql}`);
  const elements = columnEncoder(child, type.element);
  return new ListEncoder(extentsOf(data), elements, type.element.oid, validityOf(data));
}

function extentsOf(data: Data): Extents {
  if (DataType.isFixedSizeList(data.type)) {
    const size = data.type.listSize;
    return { start: (row) => row * size, count: () => size };
  }
  const offsets = data.valueOffsets;
  return { start: (row) => offsets[row]!, count: (row) => offsets[row + 1]! - offsets[row]! };
}

/** An entry of the dictionary is encoded at the first row that has it; later rows copy it. */
function dictionaryEncoder(data: Data, type: PgType): ColumnEncoder {
  const { data: chunks, length } = data.dictionary as Vector;
  const encoders = chunks.map((chunk) => columnEncoder(chunk, type));
  const entryAt = (key: number): Uint8Array | null => {
    let first = 0;
    for (const [at, chunk] of chunks.entries()) {
      if (key < first + chunk.length) return encodeOne(encoders[at]!, key - first);
      first += chunk.length;
    }
    return null;
  };
  const entries: (Uint8Array | null | undefined)[] = new Array(length);
  const keys = data.values as Int32Array;
  return new ValueEncoder((row) => {
    const key = Number(keys[row]!);
    if (!(key >= 0 && key < length)) {
      throw new UnfitValue(row, `the dictionary has no entry ${key}`);
    }
    const known = entries[key];
    if (known !== undefined) return known;
    return entries[key] = inRow(row, () => entryAt(key));
  }, validityOf(data));
}

/** The value's bytes without their length, or null. */
function encodeOne(encoder: ColumnEncoder, row: number): Uint8Array | null {
  const sizes = new Int32Array(1);
  encoder.measure(sizes, row, 1);
  const bytes = new Uint8Array(sizes[0]!);
  const view = new DataView(bytes.buffer);
  encoder.write({ bytes, view, places: new Int32Array(1) }, row, 1);
  return view.getInt32(0) === NULL_LENGTH ? null : bytes.subarray(4);
}
