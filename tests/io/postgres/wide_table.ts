/** A table of many values, which goes over two connections from 100,000 rows on. @module */
import { tableFromArrays } from "apache-arrow";
import type { Table } from "../../../runtime/table/table.ts";

const COLUMNS = 20;

/** Twenty columns `c0` to `c19` of int32; in row n all of them are n, from 1. */
export function wide(rows: number): Table<unknown> {
  const numbers = Int32Array.from({ length: rows }, (_, row) => row + 1);
  const columns = Array.from({ length: COLUMNS }, (_, column) => [`c${column}`, numbers]);
  return tableFromArrays(Object.fromEntries(columns)) as never;
}
