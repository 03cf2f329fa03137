import assert from "node:assert/strict";
import { gcs } from "../../../runtime/io/gcs/connection.ts";
import { readArrow } from "../../../runtime/io/files/read_arrow.ts";
import { readCsv } from "../../../runtime/io/files/read_csv.ts";
import { readJson } from "../../../runtime/io/files/read_json.ts";
import { readParquet, scanParquet } from "../../../runtime/io/files/read_parquet.ts";
import { scanCsv } from "../../../runtime/io/files/scan_csv.ts";
import { writeCsv } from "../../../runtime/io/files/write_csv.ts";
import { writeParquet } from "../../../runtime/io/files/write_parquet.ts";
import { tableFromRows } from "../../../runtime/table/table_from_rows.ts";
import { namesIn, testBucket, testGcs } from "../../services/gcs.ts";
import { testWith } from "../../services/tools.ts";
import { plainRows, streamOf } from "../files/plain_rows.ts";

const server = await testGcs();
const trips = tableFromRows([{ n: 1n, city: "Oslo" }, { n: 2n, city: "São Paulo" }], {
  types: { n: "int64", city: "string" },
});

const FORMATS: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
  ["a.csv", readCsv],
  ["a.csv.gz", readCsv],
  ["a b?#%.csv", readCsv],
  ["2024/a.json", readJson],
  ["a.ndjson", readJson],
  ["a.parquet", readParquet],
  ["a.arrow", readArrow],
];

testWith("gs:// paths are written and read in every format", server, async (url) => {
  await using bucket = await testBucket(url);
  await bucket.inRun(async () => {
    for (const [name, read] of FORMATS) {
      const path = `gs://${bucket.name}/${name}`;
      const written = await gcs().write(trips, name);
      assert.equal(written.rows, 2);
      assert.equal(written.path, path);
      assert.equal((await bucket.bytes(name)).length, written.bytes);
      assert.deepEqual(plainRows(await read(path) as never), plainRows(trips), name);
      assert.equal((await gcs().read(name)).numRows, 2);
    }
    assert.deepEqual(await bucket.names(), FORMATS.map(([name]) => name).sort());
  });
});

testWith("gs:// paths take streams, patterns and folders", server, async (url) => {
  await using bucket = await testBucket(url);
  await bucket.inRun(async () => {
    for (const month of ["01", "02"]) {
      await writeParquet(streamOf(trips), `gs://${bucket.name}/t/month=${month}/a.parquet`);
      await writeCsv(trips, `gs://${bucket.name}/c/${month}.csv`);
    }
    const count = async (stream: AsyncIterable<{ numRows: number }>) => {
      let rows = 0;
      for await (const batch of stream) rows += batch.numRows;
      return rows;
    };
    const types = { n: "int64", city: "string" } as const;
    const csv = await scanCsv(`gs://${bucket.name}/c/0?.csv`, { types });
    assert.equal(await count(csv.batches()), 4);
    assert.equal(await count((await scanParquet(`gs://${bucket.name}/**/*.parquet`)).batches()), 4);
    const all = await readParquet(`gs://${bucket.name}/t`);
    assert.deepEqual(plainRows(all).map(({ month }) => Number(month)), [1, 1, 2, 2]);
    assert.equal((await gcs().list("t")).length, 2);
    assert.equal(await gcs().delete("c/*.csv"), 2);
    assert.deepEqual(await bucket.names("c"), []);
  });
});

testWith("gs:// writes fail on what exists, replace it, and append once", server, async (url) => {
  await using bucket = await testBucket(url);
  const path = `gs://${bucket.name}/a.csv`;
  const append = (run: string) =>
    bucket.inRun(() => writeCsv(trips, path, { ifExists: "append" }), { run });
  await append("one");
  await append("one");
  await append("two");
  await bucket.inRun(async () => {
    assert.equal((await readCsv(path)).numRows, 4);
    await assert.rejects(writeCsv(trips, path), {
      message:
        `Cannot write ${path}: it exists; give ifExists: "replace" or "append", or another path`,
    });
    await writeCsv(trips, path, { ifExists: "replace" });
    assert.equal((await readCsv(path)).numRows, 2);
  });
});

testWith("gs:// writes make the bucket only where told to", server, async (url) => {
  await using bucket = await testBucket(url);
  const name = `${bucket.name}-new`;
  await bucket.inRun(async () => {
    await assert.rejects(writeCsv(trips, `gs://${name}/a.csv`), {
      message:
        `Cannot write gs://${name}/a.csv: there is no bucket \`${name}\` that the account of profile default can see; correct its name, or let a write make it with createBucket: true`,
    });
    await writeCsv(trips, `gs://${name}/a.csv`, { createBucket: true });
    assert.deepEqual(await namesIn(url, name), ["a.csv"]);
    await gcs().delete(`gs://${name}/a.csv`);
  });
  await (await fetch(`${url}/storage/v1/b/${name}`, { method: "DELETE" })).body?.cancel();
});

testWith("gs:// reads name what is missing", server, async (url) => {
  await using bucket = await testBucket(url);
  await bucket.put("trips.csv", "n\n1\n");
  const cases = [
    [
      `gs://${bucket.name}/tripz.csv`,
      `there is no such object in the bucket ${bucket.name}; did you mean \`trips.csv\`?`,
    ],
    [`gs://${bucket.name}/x*.csv`, "no object matches"],
    [`gs:///a.csv`, undefined],
  ] as const;
  await bucket.inRun(async () => {
    for (const [path, reason] of cases) {
      await assert.rejects(readCsv(path), {
        message: reason
          ? `Cannot read ${path}: ${reason}`
          : `Cannot find a bucket in ${path}; write gs://bucket/folder/name`,
      });
    }
    await assert.rejects(gcs().delete("trip.csv"), /there is no such object/);
  });
});
