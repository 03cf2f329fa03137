/** Reads single values out of Arrow columns as rows have them: numbers, strings, Dates.
 *  A reader is made once for a column of a batch and then called with row after row. @module */
import { type Data, DataType, type Field, TimeUnit, Vector } from "apache-arrow";
import { decimalText, intervalText, timeText, uuidText } from "./value_text.ts";
import { isUuid } from "./extension.ts";
import { narrow } from "./gather.ts";
import { half } from "./rewrite.ts";

/** The value at a row of the batch, counted from 0; null where there is none. */
export type ValueReader = (row: number) => unknown;

/** Where a column stands, for the errors of values that JavaScript cannot hold. */
export interface ColumnPlace {
  readonly column: string;
  /** Rows in the batches before this one. */
  readonly rowsBefore: number;
}

/** The reader for one column of one batch.
 *
 * @example
 * ```ts
 * import { Field, Int64, vectorFromArray } from "apache-arrow";
 * import { valueReader } from "./value_reader.ts";
 * const column = vectorFromArray([7n, null], new Int64()).data[0]!;
 * const read = valueReader(new Field("n", new Int64()), column, { column: "n", rowsBefore: 0 });
 * console.log(read(0), read(1)); // 7 null
 * ``` */
export function valueReader(field: Field, data: Data, place: ColumnPlace): ValueReader {
  if (data.length === 0) return () => null;
  const read = presentReader(field, data, place);
  if (data.nullCount === 0 || data.nullBitmap.length === 0) return read;
  const { nullBitmap, offset } = data;
  return (row) => {
    const at = row + offset;
    return (nullBitmap[at >> 3]! >> (at & 7)) & 1 ? read(row) : null;
  };
}

/** Reads rows that have a value. */
function presentReader(field: Field, data: Data, place: ColumnPlace): ValueReader {
  const { type } = field;
  if (DataType.isNull(type)) return () => null;
  if (DataType.isBool(type)) return booleanReader(data);
  if (DataType.isInt(type)) {
    return type.bitWidth === 64 ? longReader(data, type.isSigned, place) : plainReader(data);
  }
  if (DataType.isFloat(type)) {
    const { values } = data;
    return type.precision === 0 ? (row) => half(values[row]) : plainReader(data);
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) return stringReader(data);
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) return bytesReader(data);
  return timeReader(type, data, place) ?? otherReader(field, data, place);
}

function otherReader(field: Field, data: Data, place: ColumnPlace): ValueReader {
  const { type } = field;
  if (DataType.isDecimal(type)) {
    const { scale, bitWidth } = type;
    return (row) => decimalText(data.values as Uint32Array, row, bitWidth / 32, scale);
  }
  if (DataType.isFixedSizeBinary(type)) {
    const { values } = data;
    const width = type.byteWidth;
    const bytes = (row: number) => values.slice(row * width, (row + 1) * width) as Uint8Array;
    return isUuid(field) ? (row) => uuidText(bytes(row)) : bytes;
  }
  if (DataType.isDictionary(type)) return dictionaryReader(field, data, place);
  return nestedReader(field, data, place);
}

function plainReader(data: Data): ValueReader {
  const values = data.values as Int32Array;
  return (row) => values[row]!;
}

function booleanReader(data: Data): ValueReader {
  const values = data.values as Uint8Array;
  const { offset } = data;
  return (row) => {
    const at = row + offset;
    return ((values[at >> 3]! >> (at & 7)) & 1) === 1;
  };
}

/** 64-bit integers from their halves, since a BigInt for each value would be ten times slower. */
function longReader(data: Data, isSigned: boolean, place: ColumnPlace): ValueReader {
  const values = data.values as BigInt64Array;
  const words = halves(values);
  const high = isSigned ? words : new Uint32Array(words.buffer, words.byteOffset, words.length);
  return (row) => {
    const value = high[2 * row + 1]! * 2 ** 32 + (words[2 * row]! >>> 0);
    if (Number.isSafeInteger(value)) return value;
    throw new RangeError(
      `Cannot read ${placeText(place, row)}: ${
        values[row]
      } is beyond ±2^53, where numbers lose digits; cast the column to varchar or decimal with sql, or read its bigints with table.getChild`,
    );
  };
}

function halves(values: BigInt64Array | BigUint64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.length * 2);
}

function placeText({ column, rowsBefore }: ColumnPlace, row: number): string {
  return `column \`${column}\`, row ${rowsBefore + row + 1}`;
}

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const ASCII = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
/** Up to here putting characters together is faster than calling the decoder. */
const SHORT = 12;

function stringReader(data: Data): ValueReader {
  const offsets = narrow(data.valueOffsets as Int32Array | BigInt64Array);
  const values = data.values as Uint8Array;
  return (row) => {
    const begin = offsets[row]!;
    const end = offsets[row + 1]!;
    if (end - begin <= SHORT) {
      let text = "";
      let at = begin;
      for (; at < end && values[at]! < 128; at++) text += ASCII[values[at]!]!;
      if (at === end) return text;
    }
    return decoder.decode(values.subarray(begin, end));
  };
}

function bytesReader(data: Data): ValueReader {
  const offsets = narrow(data.valueOffsets as Int32Array | BigInt64Array);
  const values = data.values as Uint8Array;
  return (row) => values.slice(offsets[row]!, offsets[row + 1]!);
}

function timeReader(type: DataType, data: Data, place: ColumnPlace): ValueReader | undefined {
  const { values } = data;
  if (DataType.isDate(type)) {
    return type.unit === 0
      ? (row) => dateOf((values[row] as number) * 86_400_000, place, row)
      : (row) => dateOf(Number(values[row]), place, row);
  }
  if (DataType.isTimestamp(type)) return timestampReader(values, type.unit, place);
  if (DataType.isTime(type)) return (row) => timeText(BigInt(values[row]), type.unit);
  if (DataType.isInterval(type)) return (row) => intervalText(values as Int32Array, row, type.unit);
  if (DataType.isDuration(type)) {
    return (row) => `PT${timeSeconds(values[row] as bigint, type.unit)}S`;
  }
  return undefined;
}

function timestampReader(values: BigInt64Array, unit: number, place: ColumnPlace): ValueReader {
  const words = halves(values);
  const perMillisecond = { [TimeUnit.MICROSECOND]: 1e3, [TimeUnit.NANOSECOND]: 1e6 }[unit] ?? 1;
  const factor = unit === TimeUnit.SECOND ? 1000 : 1;
  return (row) => {
    const value = words[2 * row + 1]! * 2 ** 32 + (words[2 * row]! >>> 0);
    const exact = Number.isSafeInteger(value)
      ? Math.floor(value / perMillisecond)
      : floorDivided(values[row]!, BigInt(perMillisecond));
    return dateOf(exact * factor, place, row);
  };
}

function floorDivided(value: bigint, divisor: bigint): number {
  const quotient = value / divisor;
  return Number(value < 0n && quotient * divisor !== value ? quotient - 1n : quotient);
}

function dateOf(milliseconds: number, place: ColumnPlace, row: number): Date {
  const date = new Date(milliseconds);
  if (!Number.isNaN(date.getTime())) return date;
  throw new RangeError(
    `Cannot read ${placeText(place, row)}: the date lies beyond what a Date can hold`,
  );
}

function timeSeconds(value: bigint, unit: number): string {
  const digits = unit * 3;
  const sign = value < 0n ? "-" : "";
  const text = String(value < 0n ? -value : value).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const fraction = text.slice(text.length - digits).replace(/0+$/, "");
  return `${sign}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Each word is read once. */
function dictionaryReader(field: Field, data: Data, place: ColumnPlace): ValueReader {
  const dictionary = data.dictionary as Vector;
  const inner = field.clone({ type: (field.type as { dictionary: DataType }).dictionary });
  const words = dictionary.data.flatMap((chunk) => {
    const read = valueReader(inner, chunk, place);
    return Array.from({ length: chunk.length }, (_, row) => read(row));
  });
  const indices = data.values as Int32Array | BigInt64Array;
  return (row) => words[Number(indices[row]!)] ?? null;
}

/** Lists are arrays, structs objects, maps Maps. */
function nestedReader(field: Field, data: Data, place: ColumnPlace): ValueReader {
  const { type } = field;
  const child = (index: number) =>
    valueReader(type.children[index] as Field, data.children[index]!, place);
  if (DataType.isStruct(type)) {
    const fields = type.children as Field[];
    const readers = fields.map((_, index) => child(index));
    return (row) => Object.fromEntries(fields.map(({ name }, at) => [name, readers[at]!(row)]));
  }
  if (DataType.isFixedSizeList(type)) {
    const read = child(0);
    const size = type.listSize;
    return (row) => Array.from({ length: size }, (_, at) => read(row * size + at));
  }
  const isMap = DataType.isMap(type);
  if (!isMap && !data.valueOffsets) return anyReader(data);
  const read = child(0);
  const offsets = narrow(data.valueOffsets as Int32Array | BigInt64Array);
  const elements = (row: number) => {
    const begin = offsets[row]!;
    return Array.from({ length: offsets[row + 1]! - begin }, (_, at) => read(begin + at));
  };
  if (!isMap) return elements;
  return (row) => new Map(elements(row).map((entry) => pair(entry as Record<string, unknown>)));
}

function pair(entry: Record<string, unknown>): [unknown, unknown] {
  const [key, value] = Object.values(entry);
  return [key, value];
}

function anyReader(data: Data): ValueReader {
  const vector = new Vector([data]);
  return (row) => vector.get(row);
}
