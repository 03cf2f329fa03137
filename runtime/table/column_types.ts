/** The names that declare a column's type, and what each is in TypeScript, Arrow and DuckDB.
 *  @module */
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  TimeMicrosecond,
  TimestampMicrosecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
} from "apache-arrow";
import { extension, uuidType } from "./extension.ts";
import { nearestName } from "./nearest.ts";
import type { UnknownRow } from "./table.ts";

/** A value of each type as rows have it; json stays text, so that no number in it is rounded. */
interface Values {
  int8: number;
  int16: number;
  int32: number;
  int64: number;
  uint8: number;
  uint16: number;
  uint32: number;
  uint64: number;
  float32: number;
  float64: number;
  boolean: boolean;
  string: string;
  binary: Uint8Array;
  date: Date;
  time: string;
  timestamp: Date;
  timestamptz: Date;
  uuid: string;
  json: string;
}

type DecimalName = `decimal(${number},${number})` | `decimal(${number}, ${number})`;
type TypeName = keyof Values | DecimalName;

/** A column's declared type: `"int64"`, `"decimal(10,2)"`, `"string not null"`. */
export type ColumnType = TypeName | `${TypeName} not null`;

/** Declared types by column name. */
export type ColumnTypes = Readonly<Record<string, ColumnType>>;

type Value<Name> = Name extends keyof Values ? Values[Name] : string;

/** What a declared column holds in a row: nullable unless it says `not null`. */
export type ValueOf<Type extends ColumnType> = Type extends `${infer Name} not null` ? Value<Name>
  : Value<Type> | null;

/** What a column accepts besides the values that rows hold. */
interface Inputs {
  int8: bigint;
  int16: bigint;
  int32: bigint;
  int64: bigint;
  uint8: bigint;
  uint16: bigint;
  uint32: bigint;
  uint64: bigint;
  float32: bigint;
  float64: bigint;
  date: string | Temporal.PlainDate;
  time: Temporal.PlainTime;
  timestamp: string | Temporal.PlainDateTime;
  timestamptz: string | Temporal.Instant | Temporal.ZonedDateTime;
  json: number | boolean | object;
}

type Input<Name> =
  | Value<Name>
  | (Name extends keyof Inputs ? Inputs[Name] : Name extends DecimalName ? number | bigint : never);

/** What may be written into a declared column: null or undefined unless it says `not null`. A string
 *  for json is JSON text; a Date for `date` must stand at midnight UTC. */
export type InputOf<Type extends ColumnType> = Type extends `${infer Name} not null` ? Input<Name>
  : Input<Type> | null | undefined;

/** The rows of a table with these declared columns; any others are `unknown`. */
export type RowOf<Types extends ColumnTypes> =
  & { readonly [Name in keyof Types]: ValueOf<Types[Name]> }
  & UnknownRow;

/** A declared type, taken apart. */
export interface ParsedType {
  /** As it stands in a cast or in DDL. */
  readonly duckdb: string;
  readonly field: Field;
  readonly isNotNull: boolean;
}

/** Checks declared types and keeps their literal types, so that rows are typed by them.
 *
 * @throws {TypeError} naming column and type where a type is not known
 * @example
 * ```ts
 * import { columnTypes } from "sluice";
 * export const TAXI_TYPES = columnTypes({ passenger_count: "int64", fare_amount: "float64 not null" });
 * ``` */
export function columnTypes<const Types extends ColumnTypes>(types: Types): Types {
  for (const [column, type] of Object.entries(types)) parseColumnType(column, type);
  return types;
}

/** What a declared type is in Arrow and DuckDB.
 *
 * @throws {TypeError} where the type is not known, with the nearest that is
 * @example
 * ```ts
 * import { parseColumnType } from "./column_types.ts";
 * parseColumnType("fare", "decimal(10,2) not null").duckdb; // "DECIMAL(10,2)"
 * ``` */
export function parseColumnType(column: string, declared: string): ParsedType {
  const [, name, notNull] = /^(.*?)( not null)?$/s.exec(declared)!;
  const isNotNull = notNull !== undefined;
  const known = SIMPLE.get(name!) ?? decimalType(column, name!);
  if (!known) throw unknownType(column, declared, name!);
  const { duckdb, type, metadata } = known;
  return { duckdb, field: new Field(column, type(), !isNotNull, metadata), isNotNull };
}

interface KnownType {
  readonly duckdb: string;
  readonly type: () => DataType;
  readonly metadata?: Map<string, string>;
}

const SIMPLE: ReadonlyMap<string, KnownType> = new Map<string, KnownType>([
  ["int8", { duckdb: "TINYINT", type: () => new Int8() }],
  ["int16", { duckdb: "SMALLINT", type: () => new Int16() }],
  ["int32", { duckdb: "INTEGER", type: () => new Int32() }],
  ["int64", { duckdb: "BIGINT", type: () => new Int64() }],
  ["uint8", { duckdb: "UTINYINT", type: () => new Uint8() }],
  ["uint16", { duckdb: "USMALLINT", type: () => new Uint16() }],
  ["uint32", { duckdb: "UINTEGER", type: () => new Uint32() }],
  ["uint64", { duckdb: "UBIGINT", type: () => new Uint64() }],
  ["float32", { duckdb: "FLOAT", type: () => new Float32() }],
  ["float64", { duckdb: "DOUBLE", type: () => new Float64() }],
  ["boolean", { duckdb: "BOOLEAN", type: () => new Bool() }],
  ["string", { duckdb: "VARCHAR", type: () => new Utf8() }],
  ["binary", { duckdb: "BLOB", type: () => new Binary() }],
  ["date", { duckdb: "DATE", type: () => new DateDay() }],
  ["time", { duckdb: "TIME", type: () => new TimeMicrosecond() }],
  ["timestamp", { duckdb: "TIMESTAMP", type: () => new TimestampMicrosecond() }],
  ["timestamptz", { duckdb: "TIMESTAMPTZ", type: () => new TimestampMicrosecond("UTC") }],
  ["uuid", { duckdb: "UUID", type: uuidType, metadata: extension("arrow.uuid") }],
  ["json", { duckdb: "JSON", type: () => new Utf8(), metadata: extension("arrow.json") }],
]);

/** What people write who come from elsewhere. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  int: "int64",
  integer: "int32",
  bigint: "int64",
  smallint: "int16",
  number: "float64",
  float: "float64",
  double: "float64",
  real: "float32",
  numeric: "decimal(18,3)",
  decimal: "decimal(18,3)",
  bool: "boolean",
  str: "string",
  text: "string",
  varchar: "string",
  object: "string",
  category: "string",
  bytes: "binary",
  bytea: "binary",
  blob: "binary",
  datetime: "timestamp",
  datetime64: "timestamp",
  jsonb: "json",
};

function decimalType(column: string, name: string): KnownType | undefined {
  const found = /^decimal\((\d+), ?(\d+)\)$/.exec(name);
  if (!found) return undefined;
  const precision = Number(found[1]);
  const scale = Number(found[2]);
  if (precision < 1 || precision > 38 || scale > precision) {
    throw new TypeError(
      `Cannot declare column \`${column}\` as \`${name}\`: a decimal has 1 to 38 digits, at most as many behind the point`,
    );
  }
  return {
    duckdb: `DECIMAL(${precision},${scale})`,
    type: () => new Decimal(scale, precision, 128),
  };
}

function unknownType(column: string, declared: string, name: string): TypeError {
  const names = [...SIMPLE.keys()];
  const word = name.trim().toLowerCase();
  const near = ELSEWHERE[word] ?? nearestName(word, names);
  const hint = near === undefined ? "" : `; did you mean \`${near}\`?`;
  return new TypeError(
    `Cannot declare column \`${column}\` as \`${declared}\`: no such type${hint} (${
      names.join(", ")
    } or decimal(precision,scale), each with or without " not null")`,
  );
}
