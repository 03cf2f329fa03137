import assert from "node:assert/strict";
import { Field, Null, Schema, Table as ArrowTable, vectorFromArray } from "apache-arrow";
import fc from "fast-check";
import { bigquery } from "../../../runtime/io/bigquery/connection.ts";
import { ident } from "../../../runtime/io/postgres/sql_text.ts";
import { rows } from "../../../runtime/table/rows.ts";
import { sql } from "../../../runtime/table/sql.ts";
import type { Table } from "../../../runtime/table/table.ts";
import { tableFromRows } from "../../../runtime/table/table_from_rows.ts";
import { typeName } from "../../../runtime/table/type_name.ts";
import { testBigQuery } from "../../services/bigquery.ts";
import { testWith } from "../../services/tools.ts";
import { testDataset } from "./dataset.ts";

const server = await testBigQuery();

function template(text: string) {
  return Object.assign([text], { raw: [text] });
}

/** An expression of BigQuery's; the type that it comes as; its value as text. */
const READ: readonly (readonly [expression: string, type: string, text: string | null])[] = [
  ["b'\\x00\\xff'", "binary", "\\x00\\xFF"],
  ["cast('' as bytes)", "binary", ""],
  ["cast('nan' as float64)", "float64", "nan"],
  ["cast('-inf' as float64)", "float64", "-inf"],
  ["cast('-0.0' as float64)", "float64", "-0.0"],
  ["cast('-0.000000001' as numeric)", "decimal(38,9)", "-0.000000001"],
  [
    "cast('99999999999999999999999999999.999999999' as numeric)",
    "decimal(38,9)",
    "99999999999999999999999999999.999999999",
  ],
  ["date '0001-01-01'", "date", "0001-01-01"],
  ["date '9999-12-31'", "date", "9999-12-31"],
  ["time '00:00:00'", "time", "00:00:00"],
  ["time '23:59:59.999999'", "time", "23:59:59.999999"],
  ["datetime '0001-01-01 00:00:00.000001'", "timestamp", "0001-01-01 00:00:00.000001"],
  ["datetime '9999-12-31 23:59:59.999999'", "timestamp", "9999-12-31 23:59:59.999999"],
  ["timestamp '1969-12-31 23:59:59.999999+00'", "timestamptz", "1969-12-31 23:59:59.999999+00"],
  ["json '{\"a\": [1, null]}'", "json", '{"a":[1,null]}'],
  ["st_geogpoint(1, 2)", "string", "POINT(1 2)"],
  ["[1, 2]", "list<int64>", "[1, 2]"],
  ["[cast('x' as bytes)]", "list<binary>", "[x]"],
  ["[struct(1 as a, [true] as b)]", "list<struct>", "[{'a': 1, 'b': [true]}]"],
  [
    "struct('x' as a, struct(date '2021-01-31' as c) as b)",
    "struct",
    "{'a': x, 'b': {'c': 2021-01-31}}",
  ],
  ["cast(null as bytes)", "binary", null],
  ["cast(null as numeric)", "decimal(38,9)", null],
  ["cast(null as time)", "time", null],
];

testWith("query() reads every type that a table has", server, async (found) => {
  await using dataset = await testDataset(found);
  const expressions = READ.map(([expression], index) => `${expression} as c${index}`);
  const table = await dataset.inRun(() =>
    bigquery().query(template(`select ${expressions.join(", ")}`))
  );
  assert.deepEqual(table.schema.fields.map(typeName), READ.map(([, type]) => type));
  const shown = READ.map((_, index) => `c${index}::varchar as c${index}`).join(", ");
  const parts = [`select ${shown} from `, ""];
  const [row] = rows(await sql(Object.assign(parts, { raw: parts }) as never, table));
  READ.forEach(([expression, , text], index) => assert.equal(row![`c${index}`], text, expression));
});

const UNREADABLE: readonly (readonly [expression: string, message: RegExp])[] = [
  ["interval 1 day", /column `v`: a table has no type for BigQuery's INTERVAL; cast it to string$/],
  [
    "cast(1 as bignumeric)",
    /column `v`: a table has no type for BigQuery's BIGNUMERIC; cast it to numeric, float64 or string$/,
  ],
  [
    "range<date> '[2020-01-01, 2020-02-01)'",
    /column `v`: a table has no type for BigQuery's RANGE; cast it to string$/,
  ],
  [
    "struct(1 as a, [interval 1 day] as b)",
    /column `v\.b`: a table has no type for BigQuery's INTERVAL/,
  ],
];
for (const [expression, message] of UNREADABLE) {
  testWith(`query() refuses ${expression} by name`, server, async (found) => {
    await using dataset = await testDataset(found);
    const query = () => bigquery().query(template(`select ${expression} as v`));
    await assert.rejects(dataset.inRun(query), { name: "TypeError", message });
  });
}

testWith(
  "write() makes json of a table STRING, and appends it to no JSON column",
  server,
  async (found) => {
    await using dataset = await testDataset(found);
    const target = `${dataset.name}.docs`;
    const docs = tableFromRows([{ doc: '{"a": 1}' }], { types: { doc: "json" } });
    await dataset.inRun(async () => {
      await bigquery().execute`create schema ${ident(dataset.name)}`;
      await bigquery().execute`create table ${ident(target)} (doc json)`;
      await assert.rejects(bigquery().write(docs, target, { ifExists: "append" }), {
        message:
          `Cannot append to ${target}: column \`doc\` is JSON there, which no load job writes from Parquet; ` +
          "insert parse_json(…) by execute",
      });
      await bigquery().execute`insert into ${ident(target)} select parse_json(doc) from ${docs}`;
      assert.deepEqual(rows(await bigquery().query`select * from ${ident(target)}`), [
        { doc: '{"a":1}' },
      ]);
    });
  },
);

testWith("write() keeps decimals too long for NUMERIC as BIGNUMERIC", server, async (found) => {
  await using dataset = await testDataset(found);
  await dataset.inRun(async () => {
    const table = await sql`select '1.234567890123'::decimal(38,12) as d`;
    await bigquery().write(table, `${dataset.name}.d`);
    const { schema } = await dataset.get(`datasets/${dataset.name}/tables/d`) as {
      schema: { fields: { type: string }[] };
    };
    assert.equal(schema.fields[0]!.type, "BIGNUMERIC");
    const back = await bigquery().query`select cast(d as string) as d from ${
      ident(`${dataset.name}.d`)
    }`;
    assert.match(String(rows(back)[0]!.d), /^1\.234567890123/);
  });
});

testWith("write() refuses a column of nulls that has no type", server, async (found) => {
  await using dataset = await testDataset(found);
  const schema = new Schema([new Field("v", new Null(), true)]);
  const table = new ArrowTable(schema, { v: vectorFromArray([null, null], new Null()) });
  await assert.rejects(
    dataset.inRun(() => bigquery().write(table as Table<unknown>, `${dataset.name}.t`)),
    /no type for column `v` \(\w+\): it has only nulls; declare its type/,
  );
});

const TYPES = {
  i: "int64",
  f: "float64",
  s: "string",
  b: "boolean",
  d: "decimal(20,6)",
  day: "date",
  at: "timestamptz",
  dt: "timestamp",
  clock: "time",
  bin: "binary",
} as const;

const micros = fc.bigInt({ min: 0n, max: 86_399_999_999n });
const date = fc.date({
  min: new Date("0001-01-01"),
  max: new Date("9999-12-31"),
  noInvalidDate: true,
});
const anyRow = fc.record({
  i: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  f: fc.option(fc.double()),
  s: fc.option(fc.string({ unit: "grapheme" })),
  b: fc.option(fc.boolean()),
  d: fc.option(fc.bigInt({ min: -(10n ** 19n), max: 10n ** 19n }).map((n) => decimal(n))),
  day: fc.option(date.map((day) => day.toISOString().slice(0, 10))),
  at: fc.option(date),
  dt: fc.option(date),
  clock: fc.option(micros.map((n) =>
    Temporal.PlainTime.from({
      hour: Number(n / 3_600_000_000n),
      minute: Number(n / 60_000_000n % 60n),
      second: Number(n / 1_000_000n % 60n),
      millisecond: Number(n / 1000n % 1000n),
      microsecond: Number(n % 1000n),
    }).toString()
  )),
  bin: fc.option(fc.uint8Array()),
});

function decimal(n: bigint): string {
  const digits = String(n < 0n ? -n : n).padStart(7, "0");
  return `${n < 0n ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

// the server of the tests takes bytes in Parquet for text of base 64 where a schema goes along, as it does for DATETIME
for (const left of ["bin", "dt"] as const) {
  const { [left]: _, ...types } = TYPES;
  testWith(
    `write() and query() carry any rows but \`${left}\`, by pages and by streams`,
    server,
    async (found) => {
      await using dataset = await testDataset(found, {
        GOOGLE_BIGQUERY_READ_ENDPOINT: `http://${found.grpc}`,
      });
      let round = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 60 }), async (given) => {
          const target = `${dataset.name}.any_${round++}`;
          const placed = given.map(({ [left]: _, ...row }, place) => ({ place, ...row }));
          const table = tableFromRows(placed, { types: { place: "int64", ...types } });
          await dataset.inRun(async () => {
            await bigquery().write(table, target);
            const paged = await bigquery().query`select * from ${ident(target)} order by place`;
            const times = Math.ceil(10_001 / given.length);
            const streamed = await bigquery().query`select t.* from ${ident(target)} as t,
            unnest(generate_array(1, ${times})) as k order by k, place`;
            assert.equal(streamed.numRows, times * given.length);
            const expected = await shown(table);
            assert.deepEqual(await shown(paged), expected);
            assert.deepEqual(await shown(streamed.slice(0, given.length)), expected);
            assert.deepEqual(await shown(streamed.slice(-given.length)), expected);
          });
        }),
        { numRuns: 2 },
      );
    },
  );
}

/** Rows as DuckDB's text of them, with decimals of one scale. */
async function shown(table: Table<unknown>): Promise<unknown[]> {
  const columns = table.schema.fields.map(({ name }) => {
    const cast = name === "d" ? "::decimal(38,9)" : "";
    return `"${name}"${cast}::varchar as "${name}"`;
  });
  const parts = [`select ${columns.join(", ")} from `, " as t order by t.place"];
  return rows(await sql(Object.assign(parts, { raw: parts }) as never, table)) as unknown[];
}
