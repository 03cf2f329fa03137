/** Both ways across the bridge between Arrow and DuckDB, for every type. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  type DataType,
  DateMillisecond,
  Dictionary,
  DurationMillisecond,
  Field,
  FixedSizeBinary,
  Float16,
  Int32,
  Int64,
  LargeBinary,
  LargeUtf8,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table as ArrowTable,
  TimeMillisecond,
  TimeSecond,
  TimestampMillisecond,
  TimestampNanosecond,
  Utf8,
  Utf8View,
  Vector,
  vectorFromArray,
} from "apache-arrow";
import { lendTable } from "../../runtime/table/arrow_to_duckdb.ts";
import { streamFromQuery, tableFromQuery } from "../../runtime/table/duckdb_to_arrow.ts";
import { Engine } from "../../runtime/table/engine.ts";
import type { Table } from "../../runtime/table/table.ts";
import { EVERY_TYPE, valuesQuery } from "./every_type.ts";

const engine = await Engine.open();

async function texts(from: string, column = "v"): Promise<(string | null)[]> {
  const table = await tableFromQuery(engine, `select ${column}::varchar as v from ${from}`);
  return [...table.getChild("v")!];
}

/** What DuckDB prints for a column of a table that is lent to it. */
async function lentTexts(table: Table, column = "v"): Promise<(string | null)[]> {
  using lent = await lendTable(engine, table);
  return await texts(lent.name, column);
}

for (const [type, values] of EVERY_TYPE) {
  Deno.test(`tableFromQuery() and lendTable() keep every ${type}`, async () => {
    const query = valuesQuery(type, values, 3);
    const expected = await texts(`(${query})`);
    const table = await tableFromQuery(engine, query);
    assert.equal(table.numRows, (values.length + 1) * 3);
    assert.deepEqual(await lentTexts(table), expected);
    using lent = await lendTable(engine, table);
    const again = await tableFromQuery(engine, `from ${lent.name}`);
    assert.deepEqual(await lentTexts(again), expected);
    assert.deepEqual(again.schema.fields.map(String), table.schema.fields.map(String));
  });

  Deno.test(`lendTable() keeps every ${type} of sliced tables and many batches`, async () => {
    const table = await tableFromQuery(engine, valuesQuery(type, values, 40));
    const expected = await lentTexts(table);
    for (const [start, end] of [[1, 2], [3, 30], [13, table.numRows], [5, 5]] as const) {
      assert.deepEqual(await lentTexts(table.slice(start, end)), expected.slice(start, end));
    }
    const parts = [table.slice(0, 1), table.slice(1, 1), table.slice(1, 12), table.slice(12)];
    const many = new ArrowTable(table.schema, parts.flatMap((part) => part.batches));
    assert.deepEqual(await lentTexts(many), expected);
  });

  Deno.test(`tableFromQuery() reads ${type} over many chunks and batches`, async () => {
    const query = valuesQuery(type, values, Math.ceil(70_000 / (values.length + 1)));
    const table = await tableFromQuery(engine, query);
    assert.ok(table.batches.length > 1);
    using lent = await lendTable(engine, table);
    const [differ] = await texts(
      `(select (select count(*) from (
          select place, v::varchar from ${lent.name} except all select place, v::varchar from (${query})
        )) as v)`,
    );
    assert.equal(differ, "0");
  });
}

Deno.test("tableFromQuery() reads tables of no rows and of one, with every type", async () => {
  for (const [type, values] of EVERY_TYPE) {
    const query = valuesQuery(type, values);
    const none = await tableFromQuery(engine, `select * from (${query}) limit 0`);
    assert.equal(none.numRows, 0);
    assert.deepEqual(await lentTexts(none), []);
    const one = await tableFromQuery(engine, `select * from (${query}) limit 1`);
    assert.deepEqual(await lentTexts(one), (await texts(`(${query})`)).slice(0, 1));
  }
});

Deno.test("tableFromQuery() keeps NUL inside strings, short and long", async () => {
  const table = await tableFromQuery(
    engine,
    "select unnest(['a' || chr(0) || 'b', repeat('x' || chr(0), 20)]) as v",
  );
  assert.deepEqual([...table.getChild("v")!], ["a\0b", "x\0".repeat(20)]);
  using lent = await lendTable(engine, table);
  const lengths = await tableFromQuery(
    engine,
    `select length(v) as n, v = 'a' || chr(0) || 'b' as same from ${lent.name}`,
  );
  assert.deepEqual([...lengths.getChild("n")!].map(Number), [3, 40]);
  assert.deepEqual([...lengths.getChild("same")!], [true, false]);
});

const SURROGATES = { from: 0xd800, count: 0x800 };
/** Any character; fast-check's own unit "binary" is the same, and takes two seconds to make. */
const character = fc.nat(0x10ffff - SURROGATES.count).map((at) =>
  String.fromCodePoint(at < SURROGATES.from ? at : at + SURROGATES.count)
);

Deno.test("tableFromQuery() keeps random strings next to one another", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.option(fc.string({ unit: character, maxLength: 40 }), { nil: null }), {
        maxLength: 300,
      }),
      async (strings) => {
        const table = new ArrowTable({ v: vectorFromArray(strings, new Utf8()) }) as Table;
        using lent = await lendTable(engine, table);
        const back = await tableFromQuery(engine, `from ${lent.name}`);
        assert.deepEqual([...back.getChild("v") ?? []], strings);
      },
    ),
    { numRuns: 30 },
  );
});

Deno.test("lendTable() and tableFromQuery() keep random 64-bit integers and doubles bit by bit", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          i: fc.option(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), { nil: null }),
          d: fc.option(fc.double(), { nil: null }),
        }),
        { minLength: 1, maxLength: 200 },
      ),
      async (rows) => {
        const ints = vectorFromArray(rows.map((row) => row.i), new Int64());
        const doubles = vectorFromArray([...rows.map((row) => row.d), 0.5]).slice(0, rows.length);
        const table = new ArrowTable({ i: ints, d: doubles }) as Table;
        using lent = await lendTable(engine, table);
        const back = await tableFromQuery(engine, `from ${lent.name}`);
        assert.deepEqual([...back.getChild("i")!], rows.map((row) => row.i));
        assert.deepEqual([...back.getChild("d")!], rows.map((row) => row.d));
      },
    ),
    { numRuns: 30 },
  );
});

/** Arrow types that DuckDB does not give but takes: values and what it prints of them. */
const ARROW_ONLY:
  readonly (readonly [string, DataType, readonly unknown[], readonly (string | null)[]])[] = [
    ["LargeUtf8", new LargeUtf8(), ["", "thirteen bytes!", null], ["", "thirteen bytes!", null]],
    ["LargeBinary", new LargeBinary(), [Uint8Array.of(0, 255), null], ["\\x00\\xFF", null]],
    ["Float16", new Float16(), [1.5, -2, null], ["1.5", "-2.0", null]],
    ["date in milliseconds", new DateMillisecond(), [new Date("1969-12-31"), null], [
      "1969-12-31",
      null,
    ]],
    ["time in seconds", new TimeSecond(), [3661, null], ["01:01:01", null]],
    ["time in milliseconds", new TimeMillisecond(), [1, null], ["00:00:00.001", null]],
    ["timestamp in ms with zone", new TimestampMillisecond("Europe/Berlin"), [-1, null], [
      "1969-12-31 23:59:59.999+00",
      null,
    ]],
    ["duration in ms", new DurationMillisecond(), [1500n, null], ["00:00:01.5", null]],
    ["FixedSizeBinary", new FixedSizeBinary(2), [Uint8Array.of(1, 2), null], ["\\x01\\x02", null]],
    ["Dictionary", new Dictionary(new Utf8(), new Int32()), ["b", null, "a", "b"], [
      "b",
      null,
      "a",
      "b",
    ]],
  ];

for (const [name, type, values, expected] of ARROW_ONLY) {
  Deno.test(`lendTable() takes ${name}`, async () => {
    const vector = vectorFromArray(values as never[], type);
    const table = new ArrowTable({ v: vector }) as Table;
    assert.deepEqual(await lentTexts(table), expected);
    const [, ...rest] = expected;
    assert.deepEqual(await lentTexts(table.slice(1)), rest);
  });
}

Deno.test("lendTable() refuses a type that DuckDB lacks by column and name", async () => {
  const table = new ArrowTable({ v: vectorFromArray(["a"], new Utf8View()) }) as Table;
  await assert.rejects(
    lendTable(engine, table),
    /column `v` to DuckDB: it has no type for Arrow's Utf8View/,
  );
});

Deno.test("lendTable() refuses nanoseconds with a zone that would lose digits", async () => {
  const type = new TimestampNanosecond("UTC");
  const data = makeData({ type, data: BigInt64Array.of(1000n, 1n) });
  const table = new ArrowTable({ v: new Vector([data]) }) as Table;
  await assert.rejects(lentTexts(table), /column `v`.*1 nanoseconds would lose digits/);
  assert.deepEqual(await lentTexts(table.slice(0, 1)), ["1970-01-01 00:00:00.000001+00"]);
});

Deno.test("lendTable() refuses a column that is shorter than it says", async () => {
  const data = makeData({ type: new Int32(), length: 10, data: Int32Array.of(1, 2) });
  const schema = new Schema([new Field("v", new Int32())]);
  const type = new Struct(schema.fields);
  const batch = new RecordBatch(schema, makeData({ type, length: 10, children: [data] }));
  await assert.rejects(
    lentTexts(new ArrowTable(schema, [batch])),
    /10 rows, but holds only 8 bytes/,
  );
});

Deno.test("lendTable() nulls the fields of a struct that is null", async () => {
  const child = vectorFromArray([1, 2, 3], new Int32()).data[0]!;
  const type = new Struct([new Field("a", new Int32(), true)]);
  const data = makeData({
    type,
    length: 3,
    nullCount: 1,
    nullBitmap: Uint8Array.of(0b101),
    children: [child],
  });
  const schema = new Schema([new Field("v", type, true)]);
  const outer = makeData({ type: new Struct(schema.fields), length: 3, children: [data] });
  const table: Table = new ArrowTable(schema, [new RecordBatch(schema, outer)]);
  using lent = await lendTable(engine, table);
  assert.deepEqual(await texts(lent.name, "v.a"), ["1", null, "3"]);
});

Deno.test("tableFromQuery() reads enums as their words", async () => {
  await engine.run("create type mood as enum ('sad', 'thirteen bytes!')");
  const table = await tableFromQuery(
    engine,
    "select unnest(['sad', null, 'thirteen bytes!'])::mood as v",
  );
  assert.deepEqual([...table.getChild("v")!], ["sad", null, "thirteen bytes!"]);
});

Deno.test("tableFromQuery() gives sum() of integers as int64, checked", async () => {
  const table = await tableFromQuery(
    engine,
    "select sum(n) as s, -sum(n) as t from range(5) as r(n)",
  );
  assert.deepEqual([table.getChild("s")!.get(0), table.getChild("t")!.get(0)], [10n, -10n]);
  await assert.rejects(
    tableFromQuery(engine, "select 170141183460469231731687303715884105727::hugeint as big"),
    /column `big`: 170141183460469231731687303715884105727 does not fit 64 bits; cast it/,
  );
});

for (const type of ["timetz", "bit", "union(a integer, b varchar)"]) {
  Deno.test(`tableFromQuery() refuses ${type} by column and name`, async () => {
    await assert.rejects(
      tableFromQuery(engine, `select null::${type} as odd`),
      { name: "TypeError", message: /column `odd`: a table has no type for DuckDB's .*; cast it/ },
    );
  });
}

Deno.test("tableFromQuery() gives columns of one name a number", async () => {
  const table = await tableFromQuery(engine, "select 1 as id, 2 as id, 3 as id");
  assert.deepEqual(table.schema.names, ["id", "id_1", "id_2"]);
});

Deno.test("tableFromQuery() reads uneven lists in their own order", async () => {
  const table = await tableFromQuery(
    engine,
    "select l as v from (select range(i % 7) as l, i from range(5000) t(i)) where i % 3 = 1 order by i desc",
  );
  const expected = Array.from({ length: 5000 }, (_, i) => i).filter((i) => i % 3 === 1).reverse()
    .map((i) => Array.from({ length: i % 7 }, (_, n) => BigInt(n)));
  assert.deepEqual([...table.getChild("v")!].map((list) => [...list]), expected);
});

Deno.test("streamFromQuery() gives batches of bounded size in order", async () => {
  const stream = await streamFromQuery(engine, "select n from range(200000) as r(n)");
  let expected = 0n;
  for await (const batch of stream.batches()) {
    assert.ok(batch.numRows <= 70_000);
    for (const value of batch.getChild("n")!) assert.equal(value, expected++);
  }
  assert.equal(expected, 200_000n);
});

Deno.test("streamFromQuery() fails where the query breaks off, with DuckDB's reason", async () => {
  await assert.rejects(async () => {
    const stream = await streamFromQuery(
      engine,
      "select case when n = 999999 then error('row 999999 is bad') else n end as n from range(1000000) as r(n)",
    );
    for await (const _ of stream.batches());
  }, /row 999999 is bad/);
});

Deno.test("lendTable() writes only the columns that a query reads, and joins with itself", async () => {
  const table = await tableFromQuery(
    engine,
    "select n, n * 2 as m, 'x' || n as s from range(5000) as r(n)",
  );
  using lent = await lendTable(engine, table);
  const joined = await tableFromQuery(
    engine,
    `select count(*) as n, sum(a.m) as m from ${lent.name} a join ${lent.name} b on a.n = b.m`,
  );
  assert.deepEqual([joined.getChild("n")!.get(0), joined.getChild("m")!.get(0)], [
    2500n,
    12_495_000n,
  ]);
  const counted = await tableFromQuery(engine, `select count(*) as n from ${lent.name}`);
  assert.equal(counted.getChild("n")!.get(0), 5000n);
});

Deno.test("lendTable() takes a stream, which SQL may name more than once", async () => {
  const stream = await streamFromQuery(engine, "select n from range(150000) as r(n)");
  using lent = await lendTable(engine, stream);
  const counted = await tableFromQuery(
    engine,
    `select (select count(*) from ${lent.name}) + (select max(n) from ${lent.name}) as n`,
  );
  assert.equal(counted.getChild("n")!.get(0), 299_999n);
});

Deno.test("lendTable() ends a table's use in SQL when it is given back", async () => {
  const table = await tableFromQuery(engine, "select 1 as n");
  const lent = await lendTable(engine, table);
  lent[Symbol.dispose]();
  await assert.rejects(tableFromQuery(engine, `from ${lent.name}`), /after it had been given back/);
});
