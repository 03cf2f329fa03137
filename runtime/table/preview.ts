/** A table in a few lines of text: names, types, first and last rows. @module */
import type { Field, Table as ArrowTable } from "apache-arrow";
import type { Table } from "./table.ts";
import { typeName } from "./type_name.ts";
import { valueReader } from "./value_reader.ts";

export interface PreviewOptions {
  /** Rows shown, the first half from the top, the rest from the end. */
  readonly rows?: number;
  /** Characters of a line; columns that do not fit are counted at its end. */
  readonly width?: number;
}

const CELL_WIDTH = 28;

/** How large a table is: `1,369,765 rows × 18 columns`.
 *
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { describeTable } from "sluice";
 * describeTable(tableFromArrays({ n: [1, 2] })); // "2 rows × 1 column"
 * ``` */
export function describeTable(table: Table<unknown>): string {
  return `${counted(table.numRows, "row")} × ${counted(table.numCols, "column")}`;
}

/** The table as text, its size in the last line.
 *
 * @example
 * ```ts
 * import { previewText, tableFromRows } from "sluice";
 * console.log(previewText(tableFromRows([{ zone: "Newark", fare: 8.5 }])));
 * ``` */
export function previewText(
  table: Table<unknown>,
  { rows = 10, width = 100 }: PreviewOptions = {},
): string {
  const sample = sampleRows(table, rows);
  const columns = table.schema.fields.map((field, index) => {
    const cells = sample.cells.map((row) => row === undefined ? "…" : clipped(row[index]!));
    const all = [clipped(field.name), typeName(field), ...cells];
    const widest = Math.max(...all.map((cell) => cell.length));
    const isRight = /^(u?int|float|decimal)/.test(typeName(field));
    return all.map((cell) => isRight ? cell.padStart(widest) : cell.padEnd(widest));
  });
  const shown = fitting(columns, width);
  const left = columns.length - shown.length;
  const lines = Array.from({ length: sample.cells.length + 2 }, (_, line) => {
    const more = left > 0 && line === 0 ? `  … ${counted(left, "more column")}` : "";
    return `${shown.map((column) => column[line]).join("  ").trimEnd()}${more}`;
  });
  return [...lines, describeTable(table)].join("\n");
}

/** The rows to show as text; undefined stands for the rows left out. */
export function sampleRows(
  table: Table<unknown>,
  limit: number,
): { readonly cells: readonly (readonly string[] | undefined)[] } {
  const count = table.numRows;
  if (count <= limit) return { cells: textOf(table, 0, count) };
  const head = Math.ceil(limit / 2);
  const tail = limit - head;
  return { cells: [...textOf(table, 0, head), undefined, ...textOf(table, count - tail, count)] };
}

function textOf(table: Table<unknown>, start: number, end: number): string[][] {
  if (start >= end) return [];
  const part: ArrowTable = table.slice(start, end);
  return part.batches.flatMap((batch) => {
    const readers = part.schema.fields.map((field: Field, index) =>
      valueReader(field, batch.data.children[index]!, { column: field.name, rowsBefore: start })
    );
    return Array.from(
      { length: batch.numRows },
      (_, row) =>
        part.schema.fields.map((field, index) => cellText(field, () => readers[index]!(row))),
    );
  });
}

/** A value as a person reads it; one that JavaScript cannot hold must not break a preview. */
function cellText(field: Field, read: () => unknown): string {
  let value: unknown;
  try {
    value = read();
  } catch (failure) {
    const seen = /: (-?\d+) is beyond/.exec(failure instanceof Error ? failure.message : "");
    return seen?.[1] ?? "(out of range)";
  }
  if (value === null || value === undefined) return "null";
  if (value instanceof Date) return dateText(field, value);
  if (value instanceof Uint8Array) return `\\x${value.toHex()}`;
  if (value instanceof Map) return json([...value]);
  return typeof value === "object" ? json(value) : String(value);
}

function dateText(field: Field, value: Date): string {
  const text = value.toISOString().replace("T", " ").replace(/(\.000)?Z$/, "");
  const zone = (field.type as { timezone?: string | null }).timezone;
  if (typeName(field) === "date") return text.replace(/ 00:00:00$/, "");
  return zone ? `${text}Z` : text;
}

function json(value: unknown): string {
  return JSON.stringify(value, (_, inner) => typeof inner === "bigint" ? String(inner) : inner);
}

function clipped(text: string): string {
  const line = text.replace(/[\r\n\t\0]/g, " ");
  return line.length > CELL_WIDTH ? `${line.slice(0, CELL_WIDTH - 1)}…` : line;
}

function fitting(columns: readonly string[][], width: number): readonly string[][] {
  let used = 0;
  const fit = columns.findIndex((column, index) => {
    used += column[0]!.length + (index === 0 ? 0 : 2);
    return used > width;
  });
  return fit === -1 ? columns : columns.slice(0, Math.max(1, fit));
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}
