import assert from "node:assert/strict";
import { bigquery } from "../../../runtime/io/bigquery/connection.ts";
import { readCsv } from "../../../runtime/io/files/read_csv.ts";
import { check } from "../../../runtime/table/check.ts";
import { filter } from "../../../runtime/table/filter.ts";
import { tableFromRows } from "../../../runtime/table/table_from_rows.ts";
import { TableStream } from "../../../runtime/table/table.ts";
import type { Table } from "../../../runtime/table/table.ts";
import { testBigQuery } from "../../services/bigquery.ts";
import { testWith } from "../../services/tools.ts";
import { testDataset } from "./dataset.ts";

const server = await testBigQuery();
const trips = tableFromRows([{ id: 1, city: "Oslo" }, { id: 2, city: null }], {
  types: { id: "int64", city: "string" },
});

function streamOf(table: Table<unknown>): TableStream {
  return new TableStream(
    table.schema,
    (async function* () {
      yield* table.batches;
    })(),
  );
}

testWith(
  "write() makes the dataset and the table, with labels on the job",
  server,
  async (found) => {
    await using dataset = await testDataset(found);
    const { rows } = await dataset.inRun(
      () => bigquery().write(trips, `${dataset.name}.trips`),
      { run: "Run 1", block: "to_bigquery" },
    );
    assert.equal(rows, 2);
    assert.deepEqual(await dataset.rows(`select * from ${dataset.name}.trips order by id`), [
      ["1", "Oslo"],
      ["2", null],
    ]);
    const { jobs } = await dataset.get("jobs") as {
      jobs: {
        configuration: { labels?: object; load?: { destinationTable: { datasetId: string } } };
      }[];
    };
    const job = jobs.find(({ configuration }) =>
      configuration.load?.destinationTable.datasetId === dataset.name
    );
    assert.deepEqual(job?.configuration.labels, {
      tool: "sluice",
      pipeline: "test",
      block: "to_bigquery",
      run: "run-1",
    });
  },
);

testWith(
  "write() follows ifExists; what was in the target stays where it refuses",
  server,
  async (found) => {
    await using dataset = await testDataset(found);
    const target = `${dataset.name}.trips`;
    const count = async () => (await dataset.rows(`select count(*) from ${target}`))[0]![0];
    const write = (options: object) =>
      dataset.inRun(() => bigquery().write(trips, target, options));
    await write({});
    await assert.rejects(write({}), {
      message: `Cannot write to ${target}: it exists; say what to do with it: ` +
        '{ ifExists: "replace" } or { ifExists: "append" }',
    });
    assert.equal(await count(), "2");
    await write({ ifExists: "append" });
    assert.equal(await count(), "4");
    await write({ ifExists: "replace" });
    assert.equal(await count(), "2");
    const others = tableFromRows([{ id: "x", town: "Oslo" }], {
      types: { id: "string", town: "string" },
    });
    await assert.rejects(
      dataset.inRun(() => bigquery().write(others, target, { ifExists: "append" })),
      {
        message: `Cannot append to ${target}: column \`id\` is INT64 there and string here; ` +
          "it has no column `town`",
      },
    );
    assert.equal(await count(), "2");
  },
);

testWith(
  "write() appends once for a run, however often the block is tried",
  server,
  async (found) => {
    await using dataset = await testDataset(found);
    const target = `${dataset.name}.trips`;
    const append = (run: string) =>
      dataset.inRun(async () => {
        const first = await bigquery().write(trips, target, { ifExists: "append" });
        const second = await bigquery().write(streamOf(trips), target, { ifExists: "append" });
        return [first.rows, second.rows];
      }, { run });
    const [one, two] = [crypto.randomUUID(), crypto.randomUUID()];
    assert.deepEqual(await append(one), [2, 2]);
    assert.deepEqual(await append(one), [2, 2]);
    assert.deepEqual(await dataset.rows(`select count(*) from ${target}`), [["4"]]);
    await append(two);
    assert.deepEqual(await dataset.rows(`select count(*) from ${target}`), [["8"]]);
  },
);

testWith("write() sends nothing where a check on the stream fails", server, async (found) => {
  await using dataset = await testDataset(found);
  const stream = streamOf(trips);
  await assert.rejects(
    dataset.inRun(async () => {
      check(stream, { "every city is known": (row: { city?: unknown }) => row.city !== null });
      await bigquery().write(stream, `${dataset.name}.trips`);
    }),
    /every city is known/,
  );
  await assert.rejects(dataset.get(`datasets/${dataset.name}/tables/trips`), /notFound/);
});

testWith("write() lays a new table out in partitions and clusters", server, async (found) => {
  await using dataset = await testDataset(found);
  const days = tableFromRows([{ day: "2021-01-31", city: "Oslo" }], {
    types: { day: "date", city: "string" },
  });
  const target = `${dataset.name}.days`;
  await dataset.inRun(() =>
    bigquery().write(days, target, {
      partitionBy: { column: "day", by: "month" },
      clusterBy: ["city"],
    })
  );
  const table = await dataset.get(`datasets/${dataset.name}/tables/days`) as {
    timePartitioning: { type: string; field: string };
    clustering: object;
  };
  assert.equal(table.timePartitioning.type, "MONTH");
  assert.equal(table.timePartitioning.field, "day");
  assert.deepEqual(table.clustering, { fields: ["city"] });
});

const refused: readonly [name: string, columns: Record<string, unknown>, message: RegExp][] = [
  ["a point", { "fare.amount": 1 }, /takes no "\." in a column's name: `fare\.amount`; rename it/],
  ["twins", { Fare: 1, fare: 2 }, /columns `Fare` and `fare` are one name to BigQuery/],
  ["a reserved name", { _PARTITIONTIME: 1 }, /keeps names that begin like `_PARTITIONTIME`/],
];
for (const [what, row, message] of refused) {
  testWith(`write() refuses ${what} in a column's name`, server, async (found) => {
    await using dataset = await testDataset(found);
    const table = tableFromRows([row as Record<string, number>], {
      types: Object.fromEntries(Object.keys(row).map((key) => [key, "int64" as const])),
    });
    await assert.rejects(
      dataset.inRun(() => bigquery().write(table, `${dataset.name}.t`)),
      message,
    );
  });
}

testWith(
  "write() refuses a name without a dataset, and a partition that cannot be",
  server,
  async (found) => {
    await using dataset = await testDataset(found);
    await assert.rejects(dataset.inRun(() => bigquery().write(trips, "trips")), {
      message: "Cannot write to `trips`: write `dataset.table`",
    });
    await assert.rejects(
      dataset.inRun(() => bigquery().write(trips, `${dataset.name}.t`, { partitionBy: "city" })),
      /partitionBy names `city`, which is STRING; name a date or timestamp column/,
    );
  },
);

const folder = Deno.env.get("SLUICE_TEST_DATA");
if (folder !== undefined) {
  testWith("write() loads the real rows of yellow_head.csv", server, async (found) => {
    await using dataset = await testDataset(found);
    const taken = await dataset.inRun(async () => {
      const head = await readCsv(`${folder}/yellow_head.csv`);
      const kept = filter(head, (trip) => Number(trip.passenger_count ?? 0) > 0);
      await bigquery().write(kept, `${dataset.name}.yellow`);
      return kept;
    });
    assert.deepEqual(
      await dataset.rows(`select count(*), count(distinct VendorID) from ${dataset.name}.yellow`),
      [[String(taken.numRows), String(new Set(taken.getChild("VendorID")!).size)]],
    );
  });
}
