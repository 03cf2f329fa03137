/** sql`…`, its values, its errors, and the engine under it. @module */
import assert from "node:assert/strict";
import { Resources } from "../../runtime/context/resources.ts";
import { withScope } from "../../runtime/context/scope.ts";
import { duckdb, Engine } from "../../runtime/table/engine.ts";
import { EngineError } from "../../runtime/table/engine_error.ts";
import { tableFromQuery } from "../../runtime/table/duckdb_to_arrow.ts";
import { rows } from "../../runtime/table/rows.ts";
import { scanSql, sql } from "../../runtime/table/sql.ts";
import type { SqlValue } from "../../runtime/table/sql_value.ts";
import { tableFromRows } from "../../runtime/table/table_from_rows.ts";
import { tableOf } from "../../runtime/table/table_of.ts";

const trips = tableFromRows([{ id: 1, zone: "Newark" }, { id: 2, zone: "Queens" }]);
const fares = tableFromRows([{ id: 1, fare: 8.5 }, { id: 1, fare: 4 }]);

/** A value, and what DuckDB takes it for. */
const VALUES: readonly (readonly [value: SqlValue, type: string, text: string | null])[] = [
  [null, "INTEGER", null],
  [true, "BOOLEAN", "true"],
  [1, "INTEGER", "1"],
  [2 ** 40, "BIGINT", "1099511627776"],
  [0.5, "DOUBLE", "0.5"],
  [-0, "DOUBLE", "-0.0"],
  [NaN, "DOUBLE", "nan"],
  [2n ** 63n - 1n, "BIGINT", "9223372036854775807"],
  [2n ** 63n, "HUGEINT", "9223372036854775808"],
  ["it's; drop table x --", "VARCHAR", "it's; drop table x --"],
  [new Date("1969-12-31T23:59:59.999Z"), "TIMESTAMP", "1969-12-31 23:59:59.999"],
  [Uint8Array.of(0, 255), "BLOB", "\\x00\\xFF"],
  [Temporal.PlainDate.from("1969-12-31"), "DATE", "1969-12-31"],
  [Temporal.PlainTime.from("09:05:00.25"), "TIME", "09:05:00.25"],
  [
    Temporal.PlainDateTime.from("1969-12-31T23:59:59.999999"),
    "TIMESTAMP",
    "1969-12-31 23:59:59.999999",
  ],
  [
    Temporal.Instant.from("2021-07-01T12:00:00Z"),
    "TIMESTAMP WITH TIME ZONE",
    "2021-07-01 12:00:00+00",
  ],
  [[1, 2, null], "INTEGER[]", "[1, 2, NULL]"],
  [[1, 2 ** 40], "BIGINT[]", "[1, 1099511627776]"],
  [[1, 0.5], "DOUBLE[]", "[1.0, 0.5]"],
  [["a", "b"], "VARCHAR[]", "[a, b]"],
];

for (const [value, type, text] of VALUES) {
  Deno.test(`sql binds ${type} ${text} as a value`, async () => {
    const [row] = rows(await sql`select typeof(${value}) as type, ${value}::varchar as text`);
    if (value !== null) assert.equal(row?.["type"], type);
    assert.equal(row?.["text"], text);
  });
}

Deno.test("sql joins tables, with aliases and without", async () => {
  const joined = await sql<{ zone: string; fare: number }>`
    select zone, fare from ${trips} as t join ${fares} as f using (id) order by fare`;
  assert.deepEqual(rows(joined), [{ zone: "Newark", fare: 4 }, { zone: "Newark", fare: 8.5 }]);
  const bare =
    await sql`select zone, fare from ${trips} join ${fares} using (id) where fare > ${5}`;
  assert.deepEqual(rows(bare), [{ zone: "Newark", fare: 8.5 }]);
});

Deno.test("sql takes names, a stream, and a table more than once", async () => {
  const name = { parts: ["zone"] };
  const stream = await scanSql`select * from ${trips}`;
  const counted = await sql<{ n: number }>`
    select count(${name}) + (select count(*) from ${trips}) as n from ${stream} cross join ${trips} b`
    .catch((failure) => failure);
  assert.ok(counted instanceof EngineError);
  const again = await scanSql`select * from ${trips}`;
  const total = await sql<
    { n: number }
  >`select count(a.${name}) as n from ${again} a cross join ${trips} b`;
  assert.deepEqual(rows(total), [{ n: 4 }]);
});

Deno.test("sql runs side by side over many tables", async () => {
  const counts = await Promise.all(Array.from({ length: 12 }, async (_, n) => {
    const table = tableFromRows(Array.from({ length: n * 1000 }, (_, id) => ({ id })), {
      types: { id: "int64" },
    });
    const [row] = rows(await sql<{ n: number }>`select count(*) as n from ${table}`);
    return row?.n;
  }));
  assert.deepEqual(counts, Array.from({ length: 12 }, (_, n) => n * 1000));
});

Deno.test("scanSql gives its result batch by batch, and gives the tables back at the end", async () => {
  const stream = await scanSql`select a.id from ${trips} a, range(100000)`;
  assert.equal((await tableOf(stream)).numRows, 200_000);
});

const FAULTS: readonly (readonly [name: string, run: () => Promise<unknown>, message: RegExp])[] = [
  [
    "a table that is not there",
    () => sql`select *\nfrom trips`,
    /^DuckDB cannot run the query: table with name trips does not exist; a table in a variable is written \$\{trips\}\n(.*\n)?line 2: from trips\n {13}\^$/,
  ],
  [
    "a column that is not there",
    () => sql`select zoen from ${trips}`,
    /^DuckDB cannot run the query: referenced column "zoen" not found in FROM clause\nCandidate bindings: "zone"/,
  ],
  [
    "a syntax error",
    () => sql`selec 1`,
    /^DuckDB cannot run the query: syntax error at or near "selec"\nline 1: selec 1\n {8}\^$/,
  ],
  [
    "an undefined value",
    () => sql`select ${undefined as unknown as null}`,
    /value 1 in SQL: it is undefined; null stands for NULL/,
  ],
  [
    "a promise",
    () => sql`select ${1}, ${Promise.resolve(1) as unknown as number}`,
    /value 2 in SQL: it is a promise; await it first/,
  ],
  [
    "an object",
    () => sql`select ${{ a: 1 } as unknown as number}`,
    /value 1 in SQL: it is Object; give a table/,
  ],
  ["an invalid date", () => sql`select ${new Date(NaN)}`, /value 1 in SQL: it is an invalid Date/],
  ["an error on the way", () => sql`select error('bad row') from ${trips}`, /bad row/],
  ["two statements", () => sql`select 1; select 2`, /cannot prepare multiple statements at once/],
];

for (const [name, run, message] of FAULTS) {
  Deno.test(`sql says what is wrong with ${name}`, async () => {
    await assert.rejects(run, (error: Error) => {
      assert.match(error.message, message);
      return true;
    });
  });
}

Deno.test("duckdb() is one for a run's resources and closes with them", async () => {
  const resources = new Resources();
  const scope = {
    resources,
    run: { signal: new AbortController().signal },
    projectFolder: Deno.cwd(),
  };
  await withScope(scope as never, async () => {
    const engine = await duckdb();
    assert.equal(await duckdb(), engine);
    await engine.run("create table kept as select 1 as n");
    assert.equal((await tableFromQuery(engine, "from kept")).numRows, 1);
  });
  assert.notEqual(await duckdb(), await withScope(scope as never, duckdb));
  await resources.close();
});

Deno.test("duckdb() ends a query when its run is cancelled", async () => {
  const cancel = new AbortController();
  const resources = new Resources();
  const scope = { resources, run: { signal: cancel.signal }, projectFolder: Deno.cwd() };
  await withScope(scope as never, async () => {
    const engine = await duckdb();
    const counting = tableFromQuery(
      engine,
      "select sum(a.n * b.n) as s from range(1000000) a(n), range(1000000) b(n)",
    );
    cancel.abort(new Error("cancelled by hand"));
    await assert.rejects(counting, /cancelled by hand/);
    await assert.rejects(tableFromQuery(engine, "select 1"), /cancelled by hand/);
  });
  await resources.close();
});

Deno.test("Engine keeps its settings to itself and fetches no extensions", async () => {
  const engine = await Engine.open();
  await assert.rejects(engine.run("set threads = 1"), /configuration has been locked/);
  await assert.rejects(engine.run("install httpfs"), EngineError);
  const [zone] = rows(await tableFromQuery(engine, "select current_setting('TimeZone') as zone"));
  assert.equal(zone?.["zone"], "UTC");
  await engine.close();
});

Deno.test("Engine.run() gives the rows changed and binds its parameters", async () => {
  const engine = await Engine.open();
  await engine.run("create table t (n integer)");
  assert.equal(await engine.run("insert into t values (?), (?)", [1, 2]), 2);
  await assert.rejects(
    engine.run("insert into t values (?)", [1, 2]),
    /has 1 parameters, but 2 values/,
  );
  await engine.close();
});
