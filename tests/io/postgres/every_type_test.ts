/** Every type that DuckDB gives, through Postgres and back, or refused by column and name. @module */
import assert from "node:assert/strict";
import { postgres } from "../../../runtime/io/postgres/connection.ts";
import { lendTable } from "../../../runtime/table/arrow_to_duckdb.ts";
import { tableFromQuery } from "../../../runtime/table/duckdb_to_arrow.ts";
import { duckdb } from "../../../runtime/table/engine.ts";
import type { Table } from "../../../runtime/table/table.ts";
import { testPostgres } from "../../services/postgres.ts";
import { EVERY_TYPE, valuesQuery } from "../../table/every_type.ts";

const engine = await duckdb();

const TYPES = [...EVERY_TYPE, ["enum('sad', 'ok')", ["sad", "ok"]]] as const;

/** What Postgres lacks. */
const REFUSED: Readonly<Record<string, RegExp>> = {
  timestamp_ns:
    /^Cannot write row 1, column `v`: -9223285636854775807 ns is not a whole microsecond/,
  "varchar[][]": /^Cannot write column `v` to Postgres: it holds lists of lists/,
  "map(varchar, integer)":
    /^Cannot write column `v` to Postgres: it holds Map<.*, which Postgres lacks/,
};
const STRUCT = /^Cannot write column `v` to Postgres: it holds Struct<.*, which Postgres lacks/;

/** As DuckDB prints them; in a jsonb without the spaces of either. */
async function texts(table: Table, type: string): Promise<unknown[]> {
  using lent = await lendTable(engine, table);
  const printed = await tableFromQuery(
    engine,
    `select v::varchar as v from ${lent.name} order by place`,
  );
  return Array.from(
    printed.getChild("v")!,
    (text) => type === "json" && text !== null ? text.replaceAll(" ", "") : text,
  );
}

Deno.test("write() and query() keep every type, or refuse it by name", async (test) => {
  await using db = await testPostgres();
  await db.rows("create table standing as select 1 as n");
  for (const [type, values] of TYPES) {
    await test.step(type, () =>
      db.inRun(async () => {
        const table = await tableFromQuery(engine, valuesQuery(type, values, 3));
        const refused = REFUSED[type] ?? (type.startsWith("struct") ? STRUCT : undefined);
        if (refused) {
          const write = postgres().write(table, "standing", { ifExists: "replace" });
          await assert.rejects(write, { message: refused });
          return assert.deepEqual(await db.rows("select * from standing"), [{ n: 1 }]);
        }
        await postgres().write(table, "every_type", { ifExists: "replace" });
        const back = await postgres().query`select place, v from every_type`;
        assert.deepEqual(await texts(back, type), await texts(table, type));
      }));
  }
});
