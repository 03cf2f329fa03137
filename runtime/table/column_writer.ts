/** Writes Arrow columns into DuckDB's vectors: bytes as they lie where the layouts agree, rewritten
 *  in a small buffer where they do not. Types that DuckDB lacks are refused by name. @module */
import type { LogicalType, Vector } from "@duckdb/node-bindings";
import { type Data, DataType, type Field, IntervalUnit, TimeUnit } from "apache-arrow";
import type { DuckDB } from "./engine.ts";
import { isJson, isUuid } from "./extension.ts";
import { BooleanWriter, FixedWriter, NullWriter, type Rewrite } from "./fixed_writer.ts";
import {
  dateFromMilliseconds,
  decimalResizing,
  floatFromHalf,
  intervalFromDayTime,
  intervalFromDuration,
  intervalFromMonths,
  intervalNarrowing,
  scaled,
  uuidFromBytes,
} from "./rewrite.ts";
import { FixedListWriter, ListWriter, StructWriter } from "./nested_writer.ts";
import { BytesWriter, FixedBytesWriter } from "./bytes_writer.ts";

/** One column of a lent table on its way into DuckDB. */
export interface ColumnWriter {
  readonly type: LogicalType;
  /** Writes `count` rows of `data`, from row `start`, at the beginning of `vector`.
   *
   * @param mask bits of the rows that are there at all: a struct that is null has null fields */
  write(
    vector: Vector,
    data: Data,
    start: number,
    count: number,
    mask: Uint8Array | undefined,
  ): void;
}

/** The writer for a column.
 *
 * @throws {TypeError} naming column and type where DuckDB has no such type */
export function columnWriter(native: DuckDB, field: Field, column = field.name): ColumnWriter {
  const { type } = field;
  const { Type } = native;
  const plain = (id: number, rewrite?: Rewrite) => new FixedWriter(native, id, rewrite);
  if (DataType.isDictionary(type)) {
    return columnWriter(native, field.clone({ type: type.dictionary }), column);
  }
  if (DataType.isNull(type)) return new NullWriter(native);
  if (DataType.isBool(type)) return new BooleanWriter(native);
  if (DataType.isInt(type)) return plain(integerType(native, type));
  if (DataType.isFloat(type)) {
    if (type.precision === 0) return plain(Type.FLOAT, floatFromHalf());
    return plain(type.precision === 1 ? Type.FLOAT : Type.DOUBLE);
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) {
    return new BytesWriter(native, isJson(field) ? "JSON" : "VARCHAR");
  }
  if (DataType.isBinary(type) || DataType.isLargeBinary(type)) {
    return new BytesWriter(native, "BLOB");
  }
  if (isUuid(field)) return plain(Type.UUID, uuidFromBytes());
  if (DataType.isFixedSizeBinary(type)) return new FixedBytesWriter(native, type.byteWidth);
  const writer = timeWriter(native, type, column) ?? nestedWriter(native, field, column);
  if (!writer) throw refusal(column, type);
  return writer;
}

function timeWriter(native: DuckDB, type: DataType, column: string): ColumnWriter | undefined {
  const { Type } = native;
  const plain = (id: number, rewrite?: Rewrite) => new FixedWriter(native, id, rewrite);
  if (DataType.isDate(type)) {
    return plain(Type.DATE, type.unit === 0 ? undefined : dateFromMilliseconds());
  }
  if (DataType.isTime(type)) {
    if (type.unit === TimeUnit.NANOSECOND) return plain(Type.TIME_NS);
    return plain(Type.TIME, microseconds(type.unit, column, type.bitWidth));
  }
  if (DataType.isTimestamp(type)) {
    if (type.timezone) return plain(Type.TIMESTAMP_TZ, microseconds(type.unit, column, 64));
    const { TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP, TIMESTAMP_NS } = Type;
    return plain([TIMESTAMP_S, TIMESTAMP_MS, TIMESTAMP, TIMESTAMP_NS][type.unit]!);
  }
  if (DataType.isDuration(type)) {
    return plain(Type.INTERVAL, intervalFromDuration(column, type.unit));
  }
  if (DataType.isInterval(type)) {
    if (type.unit === IntervalUnit.MONTH_DAY_NANO) {
      return plain(Type.INTERVAL, intervalNarrowing(column));
    }
    const isMonths = type.unit === IntervalUnit.YEAR_MONTH;
    return plain(Type.INTERVAL, isMonths ? intervalFromMonths() : intervalFromDayTime());
  }
  return undefined;
}

function nestedWriter(native: DuckDB, field: Field, column: string): ColumnWriter | undefined {
  const { type } = field;
  const child = (inner: Field) => columnWriter(native, inner, `${column}.${inner.name}`);
  if (DataType.isDecimal(type)) return decimalWriter(native, type, column);
  if (DataType.isList(type) || type.typeId === LARGE_LIST) {
    return new ListWriter(native, child(type.children[0]!), "list");
  }
  if (DataType.isMap(type)) return new ListWriter(native, child(type.children[0]!), "map");
  if (DataType.isFixedSizeList(type)) {
    return new FixedListWriter(native, child(type.children[0]!), type.listSize);
  }
  if (DataType.isStruct(type)) {
    const fields = type.children as Field[];
    if (fields.length === 0) return undefined;
    return new StructWriter(native, fields.map((inner) => inner.name), fields.map(child));
  }
  return undefined;
}

const LARGE_LIST = 21;

function decimalWriter(
  native: DuckDB,
  type: { precision: number; scale: number; bitWidth: number },
  column: string,
): ColumnWriter {
  if (type.precision > 38 || type.scale < 0 || type.scale > type.precision) {
    throw new TypeError(
      `Cannot lend column \`${column}\` to DuckDB: decimals have at most 38 digits there, and this one is decimal(${type.precision},${type.scale})`,
    );
  }
  const logical = native.create_decimal_type(type.precision, type.scale);
  return new FixedWriter(native, logical, decimalResizing(type.precision, type.bitWidth));
}

/** Times of any unit as microseconds; those that are microseconds stay. */
function microseconds(unit: number, column: string, bitWidth: number): Rewrite | undefined {
  if (unit === TimeUnit.MICROSECOND) return undefined;
  return scaled(column, [1_000_000n, 1_000n, 1n, -1_000n][unit]!, bitWidth);
}

function integerType(native: DuckDB, type: { bitWidth: number; isSigned: boolean }): number {
  const { Type } = native;
  const signed = { 8: Type.TINYINT, 16: Type.SMALLINT, 32: Type.INTEGER, 64: Type.BIGINT };
  const unsigned = { 8: Type.UTINYINT, 16: Type.USMALLINT, 32: Type.UINTEGER, 64: Type.UBIGINT };
  return (type.isSigned ? signed : unsigned)[type.bitWidth as 8 | 16 | 32 | 64];
}

function refusal(column: string, type: DataType): TypeError {
  return new TypeError(
    `Cannot lend column \`${column}\` to DuckDB: it has no type for Arrow's ${type}; leave the column out with select, or make another of it with derive`,
  );
}
