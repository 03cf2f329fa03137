import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { bigquery } from "../../../runtime/io/bigquery/connection.ts";
import { ident } from "../../../runtime/io/postgres/sql_text.ts";
import { rows } from "../../../runtime/table/rows.ts";
import { sql } from "../../../runtime/table/sql.ts";
import type { Table } from "../../../runtime/table/table.ts";
import { type BigQueryAddress, testBigQuery } from "../../services/bigquery.ts";
import { type ReadFault, type SeenCall, serveReadFaults } from "../../services/read_faults.ts";
import { testWith } from "../../services/tools.ts";
import { testDataset } from "./dataset.ts";

const server = await testBigQuery();
const QUICK = { attempts: 4, retryDelayMs: 10, timeoutMs: 20_000 };
/** More rows than one page holds. */
const MANY = 10_100;

/** A dataset whose profile reads through a front that fails as it is told. */
async function readThrough(
  found: BigQueryAddress,
  fault?: (seen: SeenCall, index: number) => ReadFault | undefined,
) {
  const front = await serveReadFaults(found.grpc, fault);
  const dataset = await testDataset(found, { GOOGLE_BIGQUERY_READ_ENDPOINT: front.url });
  return {
    dataset,
    seen: front.seen,
    async [Symbol.asyncDispose]() {
      await dataset[Symbol.asyncDispose]();
      await front[Symbol.asyncDispose]();
    },
  };
}

function methods(seen: readonly SeenCall[]): string[] {
  return seen.map(({ method }) => method);
}

const COLUMNS = `
  if(mod(i, 3) = 0, null, i) as n,
  if(mod(i, 5) = 0, null, cast(i as string)) as s,
  if(mod(i, 7) = 0, null, concat('ünïcödé 🚕 ', cast(i as string))) as u,
  case mod(i, 4) when 0 then null when 1 then i / 3 when 2 then -1e308 else 5e-324 end as f,
  if(mod(i, 3) = 1, null, mod(i, 2) = 0) as b,
  if(mod(i, 3) = 2, null, cast(concat('0.', cast(i as string)) as numeric)) as d,
  if(mod(i, 4) = 1, null, date_add(date '1582-10-15', interval i day)) as day,
  if(mod(i, 4) = 2, null, time_add(time '00:00:00', interval i second)) as clock,
  if(mod(i, 4) = 3, null, timestamp_micros(i * 1000003 - 9000000000)) as at,
  if(mod(i, 4) = 0, null, datetime_add(datetime '1969-12-31T23:59:59', interval i second)) as dt,
  if(mod(i, 6) = 0, null, cast(concat('x', cast(i as string)) as bytes)) as bin,
  if(mod(i, 6) = 1, null, parse_json(concat('{"a": [', cast(i as string), ', null]}'))) as js,
  if(mod(i, 6) = 2, [], [i, i + 1]) as list,
  if(mod(i, 6) = 3, null, struct(i as a, cast(i as string) as b)) as rec`;

testWith("query() gives the same table by Storage Read as by pages", server, async (found) => {
  await using through = await readThrough(found);
  await using paged = await testDataset(found);
  const select = [
    `with t as (select ${COLUMNS}, i from unnest(generate_array(1, 101)) as i)
      select t.*, k * 101 + i as place from t, unnest(generate_array(1, 100)) as k order by place`,
  ];
  const text = Object.assign(select, { raw: select });
  const query = () => bigquery("dev", QUICK).query(text);
  const streamed = await through.dataset.inRun(query);
  const pages = await paged.inRun(query);
  assert.deepEqual(methods(through.seen), ["CreateReadSession", "ReadRows"]);
  assert.ok(pages.batches.length > 1);
  assert.equal(streamed.numRows, 10_100);
  assert.deepEqual(streamed.schema.fields.map(String), pages.schema.fields.map(String));
  assert.deepEqual(
    streamed.schema.fields.map(({ metadata }) => [...metadata]),
    pages.schema.fields.map(({ metadata }) => [...metadata]),
  );
  assert.equal(await countDifferent(streamed, pages), 0n);
  assert.deepEqual([...streamed.getChild("place")!], [...pages.getChild("place")!]);
});

/** Rows that are in one table and not in the other, compared as text. */
async function countDifferent(a: Table<unknown>, b: Table<unknown>): Promise<unknown> {
  const shown = a.schema.fields.map(({ name }) => `"${name}"::varchar as "${name}"`).join(", ");
  const parts = [
    `with a as (select ${shown} from `,
    `), b as (select ${shown} from `,
    ") select (select count(*) from (from a except all from b)) + " +
    "(select count(*) from (from b except all from a)) as n",
  ];
  return (await sql(Object.assign(parts, { raw: parts }) as never, a, b)).getChild("n")!.get(0);
}

testWith("scan() goes on where a stream broke, and gives each row once", server, async (found) => {
  await using through = await readThrough(
    found,
    (_, index) => index === 1 ? { kind: "break", after: 1 } : undefined,
  );
  await through.dataset.inRun(async () => {
    // the server puts a million rows into a message
    const stream = await bigquery("dev", QUICK).scan`
      select a * 1050 + b as n from unnest(generate_array(0, 999)) as a, unnest(generate_array(0, 1049)) as b`;
    let [count, sum] = [0, 0n];
    for await (const batch of stream.batches()) {
      count += batch.numRows;
      for (const n of batch.getChild("n")!) sum += n;
    }
    assert.equal(count, 1_050_000);
    assert.equal(sum, 1_050_000n * 1_049_999n / 2n);
  });
  assert.deepEqual(methods(through.seen), ["CreateReadSession", "ReadRows", "ReadRows"]);
});

testWith("query() reads pages where the account may not read streams", server, async (found) => {
  await using through = await readThrough(found, () => ({
    kind: "refuse",
    code: status.PERMISSION_DENIED,
    message: "request failed: the user does not have 'bigquery.readsessions.create' permission.",
  }));
  const said: string[] = [];
  const { warn } = console;
  console.warn = (line) => said.push(line);
  try {
    const table = await through.dataset.inRun(() =>
      bigquery("dev", QUICK).query`select n from unnest(generate_array(1, ${MANY})) as n`
    );
    assert.equal(table.numRows, MANY);
  } finally {
    console.warn = warn;
  }
  assert.deepEqual(methods(through.seen), ["CreateReadSession"]);
  assert.deepEqual(said, [
    "BigQuery (profile dev) gives the result by pages, which is slower: Storage Read refused (request failed: " +
    "the user does not have 'bigquery.readsessions.create' permission); grant the role BigQuery Read Session User on the project",
  ]);
});

const ends: readonly [what: string, fault: ReadFault, message: string][] = [
  [
    "keeps breaking",
    { kind: "break", after: 0 },
    "the connection broke off (backendError), tried 4 times; try again later",
  ],
  ["stalls", { kind: "stall" }, "no rows came within 2.5 s, tried 4 times; is the network up?"],
  [
    "is not there any more",
    { kind: "refuse", code: status.NOT_FOUND, message: "Not found: Stream x" },
    "Not found: Stream x",
  ],
];
for (const [what, fault, message] of ends) {
  testWith(`query() ends clearly where the stream ${what}`, server, async (found) => {
    await using through = await readThrough(
      found,
      ({ method }) => method === "ReadRows" ? fault : undefined,
    );
    const impatient = fault.kind === "stall" ? { ...QUICK, timeoutMs: 2_500 } : QUICK;
    await assert.rejects(
      through.dataset.inRun(() =>
        bigquery("dev", impatient).query`select n from unnest(generate_array(1, ${MANY})) as n`
      ),
      (error: Error) => {
        assert.ok(error.message.includes("Cannot read the result in BigQuery"), error.message);
        assert.ok(error.message.includes(message), error.message);
        return true;
      },
    );
  });
}

testWith("a cancelled run gives its stream up, at the server too", server, async (found) => {
  await using through = await readThrough(
    found,
    ({ method }) => method === "ReadRows" ? { kind: "stall" } : undefined,
  );
  const run = new AbortController();
  const reading = through.dataset.inRun(
    () => bigquery("dev", QUICK).query`select n from unnest(generate_array(1, ${MANY})) as n`,
    { signal: run.signal },
  );
  const outcome = assert.rejects(reading, /the user said so/);
  await until(() => through.seen.some(({ method }) => method === "ReadRows"));
  run.abort(new Error("the user said so"));
  await outcome;
  await until(() => through.seen.at(-1)!.wasCancelled);
});

/** Waits until `isTrue`, looking often. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 10));
}

testWith("a reader that stops early leaves the server alone", server, async (found) => {
  await using through = await readThrough(found);
  await through.dataset.inRun(async () => {
    const target = `${through.dataset.name}.numbers`;
    await bigquery("dev").execute`create schema ${ident(through.dataset.name)}`;
    await bigquery("dev").execute`create table ${ident(target)} as
      select n from unnest(generate_array(1, ${MANY})) as n`;
    const stream = await bigquery("dev", QUICK).scan`select n from ${ident(target)} order by n`;
    for await (const batch of stream.batches()) {
      assert.equal(batch.getChild("n")!.get(0), 1n);
      break;
    }
    const [counted] = rows(await bigquery("dev").query`select count(*) as n from ${ident(target)}`);
    assert.equal(counted!.n, MANY);
  });
});
