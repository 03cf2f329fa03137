/** filter() over every type, and what rows look like to a predicate. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Int64, Table as ArrowTable, Uint64, Utf8, vectorFromArray } from "apache-arrow";
import { lendTable } from "../../runtime/table/arrow_to_duckdb.ts";
import { streamFromQuery, tableFromQuery } from "../../runtime/table/duckdb_to_arrow.ts";
import { Engine } from "../../runtime/table/engine.ts";
import { filter } from "../../runtime/table/filter.ts";
import { rows } from "../../runtime/table/rows.ts";
import type { Table } from "../../runtime/table/table.ts";
import { tableOf } from "../../runtime/table/table_of.ts";
import { EVERY_TYPE, valuesQuery } from "./every_type.ts";

const engine = await Engine.open();

async function texts(table: Table): Promise<unknown[]> {
  using lent = await lendTable(engine, table);
  const printed = await tableFromQuery(engine, `select v::varchar as v from ${lent.name}`);
  return [...printed.getChild("v")!];
}

for (const [type, values] of EVERY_TYPE) {
  Deno.test(`filter() gathers every ${type}, of sliced tables too`, async () => {
    const whole = await tableFromQuery(engine, valuesQuery(type, values, 30));
    for (const table of [whole, whole.slice(3, whole.numRows - 2) as Table]) {
      const expected = (await texts(table)).filter((_, row) => row % 3 !== 1);
      const kept = filter(table, (_, index) => index % 3 !== 1);
      assert.deepEqual(await texts(kept), expected);
      assert.equal(kept.getChild("v")!.nullCount, expected.filter((v) => v === null).length);
    }
  });
}

/** SQL of a value, and what a row has for it. */
const ROW_VALUES: readonly (readonly [sql: string, value: unknown])[] = [
  ["true", true],
  ["-5::tinyint", -5],
  ["4294967295::uinteger", 4294967295],
  ["9007199254740991::bigint", Number.MAX_SAFE_INTEGER],
  ["-9007199254740991::bigint", Number.MIN_SAFE_INTEGER],
  ["9007199254740991::ubigint", Number.MAX_SAFE_INTEGER],
  ["-0.0::double", -0],
  ["'nan'::float", NaN],
  ["-12.5::decimal(10,3)", "-12.500"],
  ["0.01::decimal(38,2)", "0.01"],
  ["'héllo 🚕'", "héllo 🚕"],
  ["chr(65279) || 'bom'", "\ufeffbom"],
  ["'\\x00\\xFF'::blob", Uint8Array.of(0, 255)],
  ["'1969-12-31'::date", new Date("1969-12-31")],
  ["'09:05:00.25'::time", "09:05:00.25"],
  ["'1969-12-31 23:59:59.999999'::timestamp", new Date("1969-12-31T23:59:59.999Z")],
  ["'2021-01-31 23:59:59'::timestamp_s", new Date("2021-01-31T23:59:59Z")],
  ["'2021-01-31 23:59:59.123456789'::timestamp_ns", new Date("2021-01-31T23:59:59.123Z")],
  ["'2021-07-01 12:00:00+02'::timestamptz", new Date("2021-07-01T10:00:00Z")],
  ["'9999-12-31 23:59:59.999999'::timestamp", new Date("9999-12-31T23:59:59.999Z")],
  ["interval '1 month 2 days 3.5 seconds'", "P1M2DT3.5S"],
  ["'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
  ["'{\"a\":12345678901234567890}'::json", '{"a":12345678901234567890}'],
  ["[1, null, 3]", [1, null, 3]],
  ["{'a': 1, 'b': ['x']}", { a: 1, b: ["x"] }],
  ["map {'k': 1}", new Map([["k", 1]])],
  ["array_value(1, 2)", [1, 2]],
  ["null::timestamp", null],
];

for (const [text, value] of ROW_VALUES) {
  Deno.test(`rows() and filter() give ${text} as a plain value`, async () => {
    const table = await tableFromQuery(engine, `select ${text} as v`);
    assert.deepEqual(rows(table), [{ v: value }]);
    let seen: unknown;
    filter(table, (row) => {
      seen = row["v"];
      return true;
    });
    assert.deepEqual(seen, value);
  });
}

Deno.test("filter() refuses int64 beyond 2^53 by column and row, when it is read", () => {
  const values = [1n, 2n ** 53n + 1n, -(2n ** 53n) - 1n];
  for (const type of [new Int64(), new Uint64()]) {
    const signed = type instanceof Int64
      ? values
      : values.map((value) => BigInt.asUintN(64, value));
    const table = new ArrowTable({
      id: vectorFromArray(signed, type),
      n: vectorFromArray([1, 2, 3]),
    }) as Table;
    assert.throws(
      () => filter(table, (row) => row["id"] !== 0),
      { name: "RangeError", message: /column `id`, row 2: 9007199254740993 is beyond ±2\^53/ },
    );
    assert.equal(filter(table, (row) => row["n"] !== 2).numRows, 2);
    assert.throws(() => rows(table), /column `id`, row 2/);
  }
});

Deno.test("filter() refuses dates beyond what a Date can hold", async () => {
  const table = await tableFromQuery(engine, "select 'infinity'::timestamp as at");
  assert.throws(() => rows(table), /column `at`, row 1: the date lies beyond/);
});

Deno.test("filter() keeps none, all and the ends, like an array does", () => {
  fc.assert(fc.property(
    fc.array(fc.option(fc.string(), { nil: null }), { maxLength: 60 }),
    fc.func(fc.boolean()),
    (strings, keep) => {
      const table = new ArrowTable({ v: vectorFromArray(strings, new Utf8()) }) as Table;
      const kept = filter(table, (row) => keep(row["v"]));
      assert.deepEqual(rows(kept).map((row) => row["v"]), strings.filter((value) => keep(value)));
    },
  ));
});

Deno.test("filter() of a stream is a stream that filters batch by batch", async () => {
  const stream = await streamFromQuery(engine, "select n from range(150000) as r(n)");
  const kept = filter(stream, (row) => (row["n"] as number) % 50_000 === 1);
  assert.deepEqual(rows(await tableOf(kept)), [{ n: 1 }, { n: 50_001 }, { n: 100_001 }]);
});

Deno.test("filter() passes the row's index in the table, over batches", async () => {
  const table = await tableFromQuery(engine, "select n from range(150000) as r(n)");
  assert.equal(filter(table, (row, index) => row["n"] === index).numRows, 150_000);
});

Deno.test("filter() refuses an async predicate, which would keep every row", () => {
  const table = new ArrowTable({ n: vectorFromArray([1, 2]) }) as Table;
  const predicate = (() => Promise.resolve(false)) as unknown as () => boolean;
  assert.throws(() => filter(table, predicate), /must answer at once, without async/);
});

Deno.test("filter() gives rows that can be copied but not written", () => {
  const table = new ArrowTable({ n: vectorFromArray([1, 2]) }) as Table;
  const copies: unknown[] = [];
  filter(table, (row) => copies.push({ ...row }) > 0);
  assert.deepEqual(copies, [{ n: 1 }, { n: 2 }]);
  assert.throws(
    () => filter(table, (row) => ((row as { n: number }).n = 3) > 0),
    TypeError,
  );
});
