/** What Arrow type each DuckDB type becomes, decided once for a result's columns.
 *  Types that Arrow or its readers lack are refused by name. @module */
import type { LogicalType } from "@duckdb/node-bindings";
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  FixedSizeList,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  IntervalMonthDayNano,
  List,
  Map_,
  Null,
  Struct,
  TimeMicrosecond,
  TimeNanosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
} from "apache-arrow";
import { extension, uuidType } from "./extension.ts";
import type { DuckDB } from "./engine.ts";

/** The Arrow field for a DuckDB column.
 *
 * @throws {TypeError} naming column and type where there is no Arrow type for it. */
export function fieldFromDuckDB(native: DuckDB, name: string, type: LogicalType): Field {
  const metadata = extensionOf(native, type);
  return new Field(name, arrowType(native, name, type), true, metadata);
}

function arrowType(native: DuckDB, column: string, type: LogicalType): DataType {
  const simple = simpleType(native, native.get_type_id(type));
  if (simple) return simple;
  const { Type } = native;
  switch (native.get_type_id(type)) {
    case Type.DECIMAL:
      return new Decimal(native.decimal_scale(type), native.decimal_width(type), 128);
    case Type.LIST:
      return new List(fieldFromDuckDB(native, "item", native.list_type_child_type(type)));
    case Type.ARRAY:
      return new FixedSizeList(
        native.array_type_array_size(type),
        fieldFromDuckDB(native, "item", native.array_type_child_type(type)),
      );
    case Type.STRUCT:
      return new Struct(structFields(native, type));
    case Type.MAP:
      return mapType(native, type);
    default:
      throw refusal(native, column, type);
  }
}

/** The types that carry nothing but their name. */
function simpleType(native: DuckDB, id: number): DataType | undefined {
  const { Type } = native;
  switch (id) {
    case Type.SQLNULL:
      return new Null();
    case Type.BOOLEAN:
      return new Bool();
    case Type.TINYINT:
      return new Int8();
    case Type.SMALLINT:
      return new Int16();
    case Type.INTEGER:
      return new Int32();
    case Type.BIGINT:
    case Type.HUGEINT:
      return new Int64();
    case Type.UTINYINT:
      return new Uint8();
    case Type.USMALLINT:
      return new Uint16();
    case Type.UINTEGER:
      return new Uint32();
    case Type.UBIGINT:
    case Type.UHUGEINT:
      return new Uint64();
    case Type.FLOAT:
      return new Float32();
    case Type.DOUBLE:
      return new Float64();
    case Type.VARCHAR:
    case Type.ENUM:
      return new Utf8();
    case Type.BLOB:
      return new Binary();
    case Type.UUID:
      return uuidType();
    default:
      return timeType(native, id);
  }
}

function timeType(native: DuckDB, id: number): DataType | undefined {
  const { Type } = native;
  switch (id) {
    case Type.DATE:
      return new DateDay();
    case Type.TIME:
      return new TimeMicrosecond();
    case Type.TIME_NS:
      return new TimeNanosecond();
    case Type.TIMESTAMP_S:
      return new TimestampSecond();
    case Type.TIMESTAMP_MS:
      return new TimestampMillisecond();
    case Type.TIMESTAMP:
      return new TimestampMicrosecond();
    case Type.TIMESTAMP_NS:
      return new TimestampNanosecond();
    case Type.TIMESTAMP_TZ:
      return new TimestampMicrosecond("UTC");
    case Type.INTERVAL:
      return new IntervalMonthDayNano();
    default:
      return undefined;
  }
}

function structFields(native: DuckDB, type: LogicalType): Field[] {
  return Array.from({ length: native.struct_type_child_count(type) }, (_, index) =>
    fieldFromDuckDB(
      native,
      native.struct_type_child_name(type, index),
      native.struct_type_child_type(type, index),
    ));
}

function mapType(native: DuckDB, type: LogicalType): DataType {
  const key = fieldFromDuckDB(native, "key", native.map_type_key_type(type));
  const value = fieldFromDuckDB(native, "value", native.map_type_value_type(type));
  const entries = new Struct([new Field("key", key.type, false, key.metadata), value]);
  return new Map_(new Field("entries", entries, false) as never);
}

function extensionOf(native: DuckDB, type: LogicalType): Map<string, string> {
  if (native.get_type_id(type) === native.Type.UUID) return extension("arrow.uuid");
  const isJson = native.logical_type_get_alias(type) === "JSON";
  return isJson ? extension("arrow.json") : new Map();
}

function refusal(native: DuckDB, column: string, type: LogicalType): TypeError {
  const name = native.Type[native.get_type_id(type)] ?? "an unknown type";
  const mend = name === "TIME_TZ" ? "cast it to time or varchar" : "cast it to varchar";
  return new TypeError(
    `Cannot read column \`${column}\`: a table has no type for DuckDB's ${name}; ${mend}`,
  );
}
