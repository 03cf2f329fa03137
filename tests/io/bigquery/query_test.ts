import assert from "node:assert/strict";
import { bigquery } from "../../../runtime/io/bigquery/connection.ts";
import { ident } from "../../../runtime/io/postgres/sql_text.ts";
import { rows } from "../../../runtime/table/rows.ts";
import { sql } from "../../../runtime/table/sql.ts";
import { tableFromRows } from "../../../runtime/table/table_from_rows.ts";
import { typeName } from "../../../runtime/table/type_name.ts";
import { testBigQuery } from "../../services/bigquery.ts";
import { testWith } from "../../services/tools.ts";
import { testDataset } from "./dataset.ts";

const server = await testBigQuery();

/** DuckDB's type and a value; how BigQuery calls it; what comes back, as declared types and DuckDB's text. */
const TYPES: readonly [
  duckdb: string,
  value: string,
  there: string,
  back: string,
  text?: string,
][] = [
  ["tinyint", "-128", "INTEGER", "int64"],
  ["smallint", "32767", "INTEGER", "int64"],
  ["integer", "-2147483648", "INTEGER", "int64"],
  ["bigint", "9223372036854775807", "INTEGER", "int64"],
  ["utinyint", "255", "INTEGER", "int64"],
  ["usmallint", "65535", "INTEGER", "int64"],
  ["uinteger", "4294967295", "INTEGER", "int64"],
  ["ubigint", "18446744073709551615", "NUMERIC", "decimal(38,9)", "18446744073709551615.000000000"],
  ["float", "1.5", "FLOAT", "float64"],
  ["double", "-inf", "FLOAT", "float64"],
  ["double", "5e-324", "FLOAT", "float64"],
  ["decimal(10,2)", "-0.05", "NUMERIC", "decimal(38,9)", "-0.050000000"],
  ["boolean", "true", "BOOLEAN", "boolean"],
  ["varchar", "ünïcödé 🚕\n'", "STRING", "string"],
  ["date", "1582-10-15", "DATE", "date"],
  ["time", "23:59:59.999999", "TIME", "time"],
  ["timestamp", "1969-12-31 23:59:59.999999", "DATETIME", "timestamp"],
  ["timestamptz", "2021-07-01 12:00:00.000001+00", "TIMESTAMP", "timestamptz"],
  ["uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "STRING", "string"],
  ["json", '{"a":[1,null]}', "STRING", "string"],
  ["integer[]", "[1, 3]", "INTEGER", "list<int64>"],
  ["struct(a integer, b varchar)", "{'a': 1, 'b': x}", "RECORD", "struct"],
];

testWith(
  "write() and query() carry every type there and back, nulls included",
  server,
  async (found) => {
    await using dataset = await testDataset(found);
    const columns = TYPES.map(([type, value], index) =>
      `unnest(['${value.replaceAll("'", "''")}', null])::${type} as c${index}`
    );
    const text = [`select ${columns.join(", ")}, unnest([1, 2]) as place`];
    const target = `${dataset.name}.types`;
    await dataset.inRun(async () => {
      const table = await sql(Object.assign(text, { raw: text }) as never);
      await bigquery().write(table, target);
      const back = await bigquery().query`select * from ${ident(target)} order by place`;
      const there = await dataset.get(`datasets/${dataset.name}/tables/types`) as {
        schema: { fields: { type: string }[] };
      };
      assert.deepEqual(
        there.schema.fields.slice(0, -1).map(({ type }) => type).map(plain),
        TYPES.map((type) => type[2]),
      );
      assert.deepEqual(back.schema.fields.slice(0, -1).map(typeName), TYPES.map((type) => type[3]));
      const casts = TYPES.map((_, index) => `c${index}::varchar as c${index}`).join(", ");
      const shown = [`select ${casts} from `, ""];
      const [first, second] = rows(await sql(Object.assign(shown, { raw: shown }) as never, back));
      TYPES.forEach(([, value, , , other], index) =>
        assert.equal(first![`c${index}`], other ?? value)
      );
      TYPES.forEach(([type], index) =>
        assert.equal(second![`c${index}`], type.endsWith("[]") ? "[]" : null, type)
      );
    });
  },
);

/** BigQuery's two names for one type. */
function plain(type: string): string {
  return { INT64: "INTEGER", FLOAT64: "FLOAT", BOOL: "BOOLEAN" }[type] ?? type;
}

const lacking: readonly [type: string, value: string, message: RegExp][] = [
  [
    "map(varchar, integer)",
    "{k=1}",
    /no type for column `v` \(map\): BigQuery has no maps; make it json/,
  ],
  ["interval", "1 day", /no type for column `v` .*: cast it to string/],
  ["timestamp_ns", "2021-01-01", /BigQuery keeps microseconds; cast it to timestamp/],
  ["integer[][]", "[[1]]", /an array of arrays has no type there; make it json/],
];
for (const [type, value, message] of lacking) {
  testWith(`write() refuses ${type} by name`, server, async (found) => {
    await using dataset = await testDataset(found);
    const text = [`select '${value}'::${type} as v`];
    await assert.rejects(
      dataset.inRun(async () => {
        const table = await sql(Object.assign(text, { raw: text }) as never);
        await bigquery().write(table, `${dataset.name}.t`);
      }),
      message,
    );
  });
}

testWith("query() binds values, and never makes them text", server, async (found) => {
  await using dataset = await testDataset(found);
  const quoted = "O'Hara `x` \\ ?";
  const [row] = await dataset.inRun(async () =>
    rows(
      await bigquery().query`select ${quoted} as s, ${5} as n, ${1.5} as f, ${true} as b,
        ${new Date("2021-01-01T00:00:00Z")} as t, ${Temporal.PlainDate.from("2021-01-31")} as d,
        ${null} as nothing, ${3} in unnest(${[1, 2, 3]}) as isThere`,
    )
  );
  assert.equal(row!.s, quoted);
  assert.deepEqual([row!.n, row!.f, row!.b, row!.nothing, row!.isThere], [
    5,
    1.5,
    true,
    null,
    true,
  ]);
  assert.equal((row!.t as Date).toISOString(), "2021-01-01T00:00:00.000Z");
  assert.equal((row!.d as Date).toISOString(), "2021-01-31T00:00:00.000Z");
});

interface StagingJob {
  readonly configuration: {
    readonly labels?: { readonly run?: string };
    readonly load?: { readonly destinationTable: { readonly tableId: string } };
  };
}

testWith(
  "query() stages tables that stand in it, and drops them even where it fails",
  server,
  async (found) => {
    await using dataset = await testDataset(found);
    const fares = tableFromRows([{ fare: 4 }, { fare: 8 }], { types: { fare: "int64" } });
    await dataset.inRun(async () => {
      const sum = await bigquery()
        .query`select sum(a.fare) as total from ${fares} a join ${fares} b using (fare)`;
      assert.equal(rows(sum)[0]!.total, 12);
      await assert.rejects(
        bigquery().query`select nothing from ${fares}`,
        /^Error: Cannot run the query in BigQuery \(profile default, project test\): Unrecognized name: nothing/,
      );
    }, { run: dataset.name });
    const { jobs } = await dataset.get("jobs") as { jobs: StagingJob[] };
    const staged = jobs.flatMap(({ configuration: { labels, load } }) =>
      labels?.run === dataset.name && load ? [load.destinationTable.tableId] : []
    );
    assert.equal(staged.length, 2);
    for (const table of staged) {
      await assert.rejects(dataset.get(`datasets/_sluice_staging_us/tables/${table}`), /notFound/);
    }
  },
);

const refused: readonly (readonly [what: string, query: string, message: RegExp])[] = [
  [
    "a missing table",
    "select * from nowhere.trips",
    /^Cannot run the query in BigQuery \(profile default, project test\): Not found: \S+ .*nowhere/,
  ],
  [
    "broken SQL",
    "selec 1",
    /^Cannot run the query in BigQuery \(.*\): Syntax error: .* at \[1:1\]$/,
  ],
];
for (const [what, text, message] of refused) {
  testWith(`query() says what is wrong with ${what}`, server, async (found) => {
    await using dataset = await testDataset(found);
    const query = Object.assign([text], { raw: [text] });
    await assert.rejects(dataset.inRun(() => bigquery().query(query)), (error: Error) => {
      assert.match(error.message, message);
      return true;
    });
  });
}

testWith("query() and scan() read results of many pages", server, async (found) => {
  await using dataset = await testDataset(found);
  await dataset.inRun(async () => {
    const table = await bigquery().query<
      { n: bigint }
    >`select n from unnest(generate_array(1, 45000)) as n order by n`;
    assert.equal(table.numRows, 45_000);
    assert.equal(table.getChild("n")!.get(44_999), 45_000n);
    const stream = await bigquery().scan`select n from unnest(generate_array(1, 45000)) as n`;
    let [count, batches] = [0, 0];
    for await (const batch of stream.batches()) {
      count += batch.numRows;
      batches++;
    }
    assert.equal(count, 45_000);
    assert.ok(batches > 1);
  });
});

testWith(
  "execute() counts the rows that a statement changed; dryRun() reads none",
  server,
  async (found) => {
    await using dataset = await testDataset(found);
    const target = `${dataset.name}.counted`;
    await dataset.inRun(async () => {
      const numbers = tableFromRows([{ n: 1 }, { n: 2 }, { n: 3 }], { types: { n: "int64" } });
      await bigquery().write(numbers, target);
      const updated = await bigquery().execute`update ${
        ident(target)
      } set n = n + 10 where n > ${1}`;
      assert.equal(updated.rowCount, 2);
      const deleted = await bigquery().execute`delete from ${ident(target)} where true`;
      assert.equal(deleted.rowCount, 3);
      const { bytes } = await bigquery().dryRun`select * from ${ident(target)}`;
      assert.equal(typeof bytes, "number");
      await assert.rejects(
        bigquery().dryRun`select * from ${ident(`${dataset.name}.none`)}`,
        /Cannot check the query/,
      );
    });
  },
);
