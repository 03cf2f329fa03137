/** The JavaScript values that may stand in SQL as bound parameters, never as text. @module */
import type { PreparedStatement, Value } from "@duckdb/node-bindings";
import type { DuckDB } from "./engine.ts";

/** What `${…}` in SQL may hold besides tables. An array becomes a list. */
export type SqlValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | Temporal.Instant
  | Temporal.ZonedDateTime
  | Temporal.PlainDate
  | Temporal.PlainDateTime
  | Temporal.PlainTime
  | readonly SqlValue[];

/** A name for SQL, part by part; it becomes quoted text. */
export interface SqlIdentifier {
  readonly parts: readonly string[];
}

/** The name quoted, or undefined where `value` is no name. */
export function identifierText(value: unknown): string | undefined {
  const parts = (value as SqlIdentifier | null)?.parts;
  const isName = typeof value === "object" && Array.isArray(parts);
  return isName ? parts.map((part) => `"${part.replaceAll('"', '""')}"`).join(".") : undefined;
}

const INT32 = 2 ** 31;
const INT64 = 2n ** 63n;

/** Binds `value` as parameter `index`, counted from 1. */
export function bindValue(
  native: DuckDB,
  statement: PreparedStatement,
  index: number,
  value: SqlValue,
): void {
  if (value === null) native.bind_null(statement, index);
  else native.bind_value(statement, index, duckdbValue(native, value, index));
}

function duckdbValue(native: DuckDB, value: SqlValue, index: number): Value {
  switch (typeof value) {
    case "boolean":
      return native.create_bool(value);
    case "string":
      return native.create_varchar(value);
    case "bigint":
      return bigintValue(native, value);
    case "number":
      return numberValue(native, value);
    case "object":
      return value === null ? native.create_null_value() : objectValue(native, value, index);
    default:
      throw unbindable(value, index);
  }
}

/** Whole numbers are integers, so that they can stand in LIMIT and join with keys. */
function numberValue(native: DuckDB, value: number): Value {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return native.create_double(value);
  if (value >= -INT32 && value < INT32) return native.create_int32(value);
  return native.create_int64(BigInt(value));
}

function bigintValue(native: DuckDB, value: bigint): Value {
  return value >= -INT64 && value < INT64
    ? native.create_int64(value)
    : native.create_hugeint(value);
}

function objectValue(native: DuckDB, value: object, index: number): Value {
  if (value instanceof Uint8Array) return native.create_blob(value);
  if (value instanceof Date) return dateValue(native, value, index);
  if (Array.isArray(value)) return listValue(native, value, index);
  if (value instanceof Temporal.Instant || value instanceof Temporal.ZonedDateTime) {
    return native.create_timestamp_tz({ micros: micros(value.epochNanoseconds) });
  }
  if (value instanceof Temporal.PlainDateTime) {
    return native.create_timestamp({
      micros: micros(value.toZonedDateTime("UTC").epochNanoseconds),
    });
  }
  if (value instanceof Temporal.PlainDate) {
    const midnight = value.toZonedDateTime("UTC").epochMilliseconds;
    return native.create_date({ days: Math.round(midnight / 86_400_000) });
  }
  if (value instanceof Temporal.PlainTime) return timeValue(native, value);
  throw unbindable(value, index);
}

function dateValue(native: DuckDB, value: Date, index: number): Value {
  const time = value.getTime();
  if (Number.isNaN(time)) {
    throw new TypeError(`Cannot use value ${index} in SQL: it is an invalid Date`);
  }
  return native.create_timestamp({ micros: BigInt(time) * 1000n });
}

function timeValue(native: DuckDB, value: Temporal.PlainTime): Value {
  const midnight = new Temporal.PlainTime();
  return native.create_time({ micros: BigInt(midnight.until(value).total("microseconds")) });
}

/** A list has one element type; the first value that is there gives it. */
function listValue(native: DuckDB, values: readonly SqlValue[], index: number): Value {
  const ofNumber = commonNumber(native, values);
  const elements = values.map((value) =>
    typeof value === "number" ? ofNumber(value) : duckdbValue(native, value, index)
  );
  const typed = elements.find((element) => !native.is_null_value(element));
  const type = typed
    ? native.get_value_type(typed)
    : native.create_logical_type(native.Type.SQLNULL);
  return native.create_list_value(type, elements);
}

function commonNumber(native: DuckDB, values: readonly SqlValue[]): (value: number) => Value {
  const numbers = values.filter((value) => typeof value === "number");
  const areIntegers = numbers.every((value) =>
    Number.isSafeInteger(value) && !Object.is(value, -0)
  );
  if (!areIntegers) return (value) => native.create_double(value);
  const areSmall = !values.some((value) => typeof value === "bigint") &&
    numbers.every((value) => value >= -INT32 && value < INT32);
  return areSmall
    ? (value) => native.create_int32(value)
    : (value) => native.create_int64(BigInt(value));
}

function micros(nanoseconds: bigint): bigint {
  const whole = nanoseconds / 1000n;
  return nanoseconds < 0n && whole * 1000n !== nanoseconds ? whole - 1n : whole;
}

function unbindable(value: unknown, index: number): TypeError {
  const seen = typeof value === "object"
    ? (value?.constructor?.name ?? "an object")
    : `a ${typeof value}`;
  return new TypeError(
    `Cannot use value ${index} in SQL: it is ${seen}; give a table, string, number, bigint, boolean, Date, Temporal value, Uint8Array, null or an array of these`,
  );
}
