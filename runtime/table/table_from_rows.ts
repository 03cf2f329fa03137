/** Tables out of JavaScript objects. @module */
import { type Field, Schema } from "apache-arrow";
import { ColumnEncoder } from "./column_encoder.ts";
import type { ColumnType, ColumnTypes, RowOf } from "./column_types.ts";
import { recordBatch } from "./record_batch.ts";
import type { Table } from "./table.ts";
import { tableFromBatches } from "./table_from_batches.ts";

export interface TableFromRowsOptions<Types extends ColumnTypes> {
  /** Declared types; columns not named are inferred from their values. */
  readonly types?: Types;
}

const BATCH_ROWS = 65_536;

/** A table of the objects' properties: the declared columns first, then any others, inferred.
 *  Inferred are boolean, int64 (whole numbers and bigints), float64, string, timestamp (Date), binary
 *  and, for objects and arrays, json. A property that is missing is null.
 *
 * @throws {TypeError} where a value does not fit its column, naming column, row and value
 * @example
 * ```ts
 * import { tableFromRows } from "sluice";
 * const zones = tableFromRows([{ id: 1, name: "Newark" }, { id: 2 }], {
 *   types: { id: "int32 not null" },
 * });
 * console.log(zones.numRows, zones.schema.names); // 2 ["id", "name"]
 * ``` */
export function tableFromRows<const Types extends ColumnTypes = Record<never, never>>(
  rows: readonly object[],
  { types = {} as Types }: TableFromRowsOptions<Types> = {},
): Table<RowOf<Types>> {
  const values = rows as readonly Readonly<Record<string, unknown>>[];
  const encoders = columnsOf(values, types).map(([name, type]) => new ColumnEncoder(name, type));
  const schema = new Schema(encoders.map((encoder): Field => encoder.field));
  const batches = [];
  for (let start = 0; start < values.length; start += BATCH_ROWS) {
    const end = Math.min(values.length, start + BATCH_ROWS);
    for (let row = start; row < end; row++) {
      for (const encoder of encoders) encoder.append(values[row]![encoder.field.name], row);
    }
    const children = encoders.map((encoder) => encoder.finish());
    batches.push(recordBatch(schema, children, end - start));
  }
  return tableFromBatches(schema, batches);
}

type Values = readonly Readonly<Record<string, unknown>>[];

function columnsOf(rows: Values, types: ColumnTypes): [string, ColumnType][] {
  const names = new Set(Object.keys(types));
  for (const row of rows) for (const name of Object.keys(row)) names.add(name);
  return [...names].map((name) => [name, types[name] ?? inferredType(rows, name)]);
}

/** The narrowest type that holds every value of the column. */
function inferredType(rows: Values, name: string): ColumnType {
  let type: ColumnType | undefined;
  for (const [index, row] of rows.entries()) {
    const value = row[name];
    if (value === null || value === undefined) continue;
    const seen = typeOf(value);
    if (seen === type) continue;
    const widened = type === undefined ? seen : wider(type, seen);
    if (!widened) {
      throw new TypeError(
        `Cannot infer a type for column \`${name}\`: row ${
          index + 1
        } holds ${seen}, others ${type}; declare it in \`types\``,
      );
    }
    type = widened;
  }
  return type ?? "string";
}

function wider(one: ColumnType, other: ColumnType): ColumnType | undefined {
  const isNumber = (type: ColumnType) => type === "int64" || type === "float64";
  return isNumber(one) && isNumber(other) ? "float64" : undefined;
}

function typeOf(value: unknown): ColumnType {
  switch (typeof value) {
    case "boolean":
      return "boolean";
    case "bigint":
      return "int64";
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? "int64" : "float64";
    case "string":
      return "string";
  }
  if (value instanceof Uint8Array) return "binary";
  if (value instanceof Date || value instanceof Temporal.PlainDateTime) return "timestamp";
  if (value instanceof Temporal.PlainDate) return "date";
  if (value instanceof Temporal.PlainTime) return "time";
  const isInstant = value instanceof Temporal.Instant || value instanceof Temporal.ZonedDateTime;
  return isInstant ? "timestamptz" : "json";
}
