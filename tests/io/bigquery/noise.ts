/** Rows that no compression shortens much, so that few of them make several pieces of an upload. @module */
import type { Table } from "../../../runtime/table/table.ts";
import { tableFromRows } from "../../../runtime/table/table_from_rows.ts";

/** `count` rows of `n`, from 0, and a text; 20,000 are some 700 KB of Parquet. */
export function noise(count: number): Table<unknown> {
  const rows = Array.from({ length: count }, (_, n) => ({ n, noise: text(n) }));
  return tableFromRows(rows, { types: { n: "int64", noise: "string" } });
}

function text(n: number): string {
  let found = "";
  for (let x = n * 2654435761 + 1; found.length < 36;) {
    x = Math.imul(x ^ x >>> 15, 2246822519) + 0x9e3779b9 | 0;
    found += (x >>> 0).toString(36);
  }
  return found;
}
