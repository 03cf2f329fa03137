/** How a new table is laid out: partitions and clusters. @module */
import { suggestion } from "../../table/nearest.ts";
import type { WrittenColumn } from "./column.ts";

/** Partitions by a column's time, in pieces of an hour, a day, a month or a year; days of its own by default. */
export interface TimePartition {
  readonly column: string;
  readonly by?: "hour" | "day" | "month" | "year";
  /** After so many days BigQuery deletes a partition. */
  readonly expirationDays?: number;
}

/** Partitions by a whole number's range: `start`, `start + step` … up to `end`. */
export interface RangePartition {
  readonly column: string;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

/** How a table that the write makes is laid out. */
export interface Layout {
  /** A date or timestamp column, or an integer one with its range. */
  readonly partitionBy?: string | TimePartition | RangePartition;
  /** Up to four columns by which rows lie together. */
  readonly clusterBy?: readonly string[];
}

const TIMES = ["DATE", "DATETIME", "TIMESTAMP"];

/** What the load job is told of the layout.
 *
 * @throws {Error} at a column that is not there or cannot divide a table. */
export function layoutOptions(
  target: string,
  columns: readonly WrittenColumn[],
  { partitionBy, clusterBy = [] }: Layout,
): Record<string, unknown> {
  if (clusterBy.length > 4) {
    throw new Error(
      `Cannot write to ${target}: clusterBy has ${clusterBy.length} columns, BigQuery takes 4 at most`,
    );
  }
  for (const column of clusterBy) typeOf(target, columns, column, "clusterBy");
  return {
    ...(clusterBy.length === 0 ? {} : { clustering: { fields: clusterBy } }),
    ...(partitionBy === undefined ? {} : partition(target, columns, partitionBy)),
  };
}

function partition(
  target: string,
  columns: readonly WrittenColumn[],
  given: NonNullable<Layout["partitionBy"]>,
): Record<string, unknown> {
  const by = typeof given === "string" ? { column: given } : given;
  const type = typeOf(target, columns, by.column, "partitionBy");
  if ("start" in by) {
    if (type !== "INT64") throw unfit(target, by.column, type, "an integer column, for a range");
    const { start, end, step } = by;
    const range = { start: String(start), end: String(end), interval: String(step) };
    return { rangePartitioning: { field: by.column, range } };
  }
  if (!TIMES.includes(type)) {
    throw unfit(
      target,
      by.column,
      type,
      "a date or timestamp column, or { column, start, end, step }",
    );
  }
  const { by: unit = "day", expirationDays } = by as TimePartition;
  return {
    timePartitioning: {
      field: by.column,
      type: unit.toUpperCase(),
      ...(expirationDays === undefined
        ? {}
        : { expirationMs: String(expirationDays * 86_400_000) }),
    },
  };
}

function typeOf(
  target: string,
  columns: readonly WrittenColumn[],
  name: string,
  option: string,
): string {
  const found = columns.find(({ field }) => field.name === name);
  if (found) return found.schema.type;
  const names = columns.map(({ field }) => field.name);
  throw new Error(
    `Cannot write to ${target}: ${option} names \`${name}\`, which the table lacks${
      suggestion(name, names)
    }`,
  );
}

function unfit(target: string, column: string, type: string, wanted: string): Error {
  return new Error(
    `Cannot write to ${target}: partitionBy names \`${column}\`, which is ${type}; name ${wanted}`,
  );
}
