/** Values as BigQuery's query parameters. @module */
import type { SqlValue } from "../../table/sql_value.ts";

/** A parameter as the API has it. */
export interface QueryParameter {
  readonly name: string;
  readonly parameterType: ParameterType;
  readonly parameterValue: ParameterValue;
}

interface ParameterType {
  readonly type: string;
  readonly arrayType?: ParameterType;
}

interface ParameterValue {
  readonly value?: string | null;
  readonly arrayValues?: readonly ParameterValue[];
}

const INT64 = 2n ** 63n;

/** The parameter called `name` for the value that stands at place `index` of the template.
 *
 * @throws {TypeError} at a value that no parameter can have. */
export function queryParameter(name: string, value: unknown, index: number): QueryParameter {
  return {
    name,
    parameterType: typeOf(value as SqlValue, index),
    parameterValue: valueOf(value as SqlValue),
  };
}

function typeOf(value: SqlValue | undefined, index: number): ParameterType {
  if (!Array.isArray(value)) return { type: scalarType(value as SqlValue | undefined, index) };
  if (value.some((item) => item === null || item === undefined)) {
    throw refusal(
      index,
      "an array with null, which BigQuery's arrays cannot hold; leave nulls out",
    );
  }
  const types = new Set(value.map((item) => scalarType(item, index)));
  if (types.size === 2 && types.has("INT64") && types.has("FLOAT64")) types.delete("INT64");
  if (types.size > 1) {
    throw refusal(index, `an array of ${[...types].join(" and ")}; give one type`);
  }
  const [type = "STRING"] = types;
  return { type: "ARRAY", arrayType: { type } };
}

function scalarType(value: SqlValue | undefined, index: number): string {
  switch (typeof value) {
    case "undefined":
      throw refusal(index, "undefined; null stands for NULL");
    case "string":
      return "STRING";
    case "boolean":
      return "BOOL";
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? "INT64" : "FLOAT64";
    case "bigint":
      return value >= -INT64 && value < INT64 ? "INT64" : "BIGNUMERIC";
  }
  if (value === null) return "STRING";
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw refusal(index, "an invalid Date");
    return "TIMESTAMP";
  }
  if (value instanceof Temporal.Instant || value instanceof Temporal.ZonedDateTime) {
    return "TIMESTAMP";
  }
  if (value instanceof Temporal.PlainDateTime) return "DATETIME";
  if (value instanceof Temporal.PlainDate) return "DATE";
  if (value instanceof Temporal.PlainTime) return "TIME";
  if (value instanceof Uint8Array) return "BYTES";
  if (value instanceof Promise) throw refusal(index, "a promise; await it first");
  if (Array.isArray(value)) throw refusal(index, "an array of arrays, which BigQuery lacks");
  throw refusal(
    index,
    `${
      (value as object).constructor?.name ?? "an object"
    }; give a string, number, bigint, boolean, Date, ` +
      "Temporal value, Uint8Array, null, an array of these, a table or `ident(…)`",
  );
}

function valueOf(value: SqlValue): ParameterValue {
  return Array.isArray(value)
    ? { arrayValues: value.map((item) => ({ value: textOf(item) })) }
    : { value: textOf(value) };
}

function textOf(value: SqlValue): string | null {
  if (value === null) return null;
  if (value instanceof Uint8Array) return value.toBase64();
  if (value instanceof Date) return value.toISOString();
  const place = { smallestUnit: "microsecond", roundingMode: "floor" } as const;
  if (value instanceof Temporal.Instant) return value.toString(place);
  if (value instanceof Temporal.ZonedDateTime) return value.toInstant().toString(place);
  if (value instanceof Temporal.PlainDateTime || value instanceof Temporal.PlainTime) {
    return value.toString(place);
  }
  return Object.is(value, -0) ? "-0" : String(value);
}

function refusal(index: number, what: string): TypeError {
  return new TypeError(`Cannot use value ${index} in SQL: it is ${what}`);
}
