/** Compares a table with the Parquet data that it is to be appended to. @module */
import { Table as ArrowTable } from "apache-arrow";
import { lendTable } from "../../table/arrow_to_duckdb.ts";
import { tableFromQuery } from "../../table/duckdb_to_arrow.ts";
import { duckdb, type Engine } from "../../table/engine.ts";
import type { Rows } from "./copy_to.ts";

/** Checks that names and types are the same, those of `apart` aside.
 *
 * @param old what stands behind FROM
 * @returns how many rows `old` has
 * @throws {Error} naming the first column that differs */
export async function checkAppendable(
  old: string,
  table: Rows,
  name: string,
  apart: readonly string[] = [],
): Promise<number> {
  const engine = await duckdb();
  const theirs = await columnsOf(engine, old);
  using lent = await lendTable(engine, new ArrowTable(table.schema));
  const mine = await columnsOf(engine, lent.name);
  for (const [column, type] of [...mine, ...theirs]) {
    if (apart.includes(column) || theirs.get(column) === mine.get(column)) continue;
    const seen = theirs.get(column) ?? "no such column";
    throw new Error(
      `Cannot append to ${name}: column \`${column}\` is ${
        mine.has(column) ? type : "not in the table"
      }, but what stands there has ${seen}; give it the same columns, or replace it`,
    );
  }
  const counted = await tableFromQuery(engine, `select count(*) as n from ${old}`);
  return Number(counted.getChild("n")!.get(0));
}

async function columnsOf(engine: Engine, from: string): Promise<Map<string, string>> {
  const found = await tableFromQuery(
    engine,
    `select column_name, column_type from (describe from ${from})`,
  );
  return new Map(
    found.toArray().map((row) => [String(row["column_name"]), String(row["column_type"])]),
  );
}
