/** What a column holds at a glance: nulls, range, and how its values are spread. @module */
import { DataType, type Field } from "apache-arrow";
import type { Table } from "../table.ts";
import { typeName } from "../type_name.ts";
import { valueReader } from "../value_reader.ts";

/** A column in short. */
export interface ColumnSummary {
  readonly name: string;
  readonly type: string;
  readonly isNumeric: boolean;
  /** Counted over all rows. */
  readonly nulls: number;
  /** How many values fall into each bin, or bear each of the most frequent texts. */
  readonly bars: readonly number[];
  /** The range, or the number of different values. */
  readonly text: string;
}

const SAMPLED_ROWS = 20_000;
const BINS = 12;

/** Whether the histograms of a table of so many rows look at a sample of them. */
export function isSampled(rows: number): boolean {
  return rows > SAMPLED_ROWS;
}

/** The columns of a table, in order; of long tables only evenly spread rows are looked at.
 *
 * @example
 * ```ts
 * import { tableFromRows } from "sluice";
 * import { summariseColumns } from "./column_summary.ts";
 * const [zone] = summariseColumns(tableFromRows([{ zone: "A" }, { zone: "B" }, { zone: "A" }]));
 * console.log(zone?.text, zone?.bars); // 2 different [ 2, 1 ]
 * ``` */
export function summariseColumns(table: Table<unknown>): readonly ColumnSummary[] {
  return table.schema.fields.map((field: Field, index: number) => {
    const values = sampleValues(table, field, index);
    const isMeasured = isNumber(field.type) || isMoment(field.type);
    return {
      name: field.name,
      type: typeName(field),
      isNumeric: isNumber(field.type),
      nulls: table.getChildAt(index)?.nullCount ?? 0,
      ...(isMeasured ? histogram(values, isMoment(field.type)) : frequencies(values)),
    };
  });
}

function sampleValues(table: Table<unknown>, field: Field, index: number): readonly unknown[] {
  const stride = Math.max(1, table.numRows / SAMPLED_ROWS);
  const values: unknown[] = [];
  let rowsBefore = 0;
  let next = 0;
  for (const batch of table.batches) {
    const data = batch.data.children[index];
    if (data === undefined) continue;
    const read = valueReader(field, data, { column: field.name, rowsBefore });
    for (; next < rowsBefore + batch.numRows; next += stride) {
      const value = valueAt(read, Math.floor(next) - rowsBefore);
      if (value !== null && value !== undefined) values.push(value);
    }
    rowsBefore += batch.numRows;
  }
  return values;
}

/** A value that JavaScript cannot hold is left out of the picture. */
function valueAt(read: (row: number) => unknown, row: number): unknown {
  try {
    return read(row);
  } catch {
    return null;
  }
}

function histogram(values: readonly unknown[], isTime: boolean) {
  const numbers = values.map(Number).filter(Number.isFinite);
  if (numbers.length === 0) return { bars: [], text: "" };
  const low = numbers.reduce((one, other) => Math.min(one, other));
  const high = numbers.reduce((one, other) => Math.max(one, other));
  const text = low === high ? label(low, isTime) : `${label(low, isTime)} … ${label(high, isTime)}`;
  const bars = new Array<number>(low === high ? 1 : BINS).fill(0);
  const width = (high - low) / bars.length || 1;
  for (const number of numbers) {
    const bin = Math.min(bars.length - 1, Math.floor((number - low) / width));
    bars[bin] = (bars[bin] ?? 0) + 1;
  }
  return { bars, text };
}

function frequencies(values: readonly unknown[]) {
  const counts = new Map<string, number>();
  for (const value of values) {
    const text = typeof value === "object" ? JSON.stringify(value) : `${value}`;
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const bars = [...counts.values()].sort((one, other) => other - one).slice(0, BINS);
  if (counts.size === 1) return { bars, text: [...counts.keys()][0]!.slice(0, 24) };
  return {
    bars,
    text: counts.size === 0 ? "" : `${counts.size.toLocaleString("en-US")} different`,
  };
}

function label(value: number, isTime: boolean): string {
  if (isTime) return new Date(value).toISOString().slice(0, 10);
  return Number.isInteger(value) ? value.toLocaleString("en-US") : `${+value.toPrecision(4)}`;
}

function isNumber(type: DataType): boolean {
  return DataType.isInt(type) || DataType.isFloat(type) || DataType.isDecimal(type);
}

function isMoment(type: DataType): boolean {
  return DataType.isDate(type) || DataType.isTimestamp(type);
}
