import assert from "node:assert/strict";
import { readParquet } from "../../../runtime/io/files/read_parquet.ts";
import { writePartitioned } from "../../../runtime/io/files/write_partitioned.ts";
import { tableFromRows } from "../../../runtime/table/table_from_rows.ts";
import { testBucket, testGcs } from "../../services/gcs.ts";
import { testWith } from "../../services/tools.ts";
import { plainRows } from "../files/plain_rows.ts";

const server = await testGcs();
const types = { n: "int64", city: "string" } as const;
const CITIES = ["Oslo", "a/b", "..", "100%", "", null];
const cities = tableFromRows(CITIES.map((city, index) => ({ n: BigInt(index), city })), { types });
const rome = tableFromRows([{ n: 9n, city: "Rome" }], { types });
const by = "city";

testWith("writePartitioned() names folders in buckets as hive does", server, async (url) => {
  await using bucket = await testBucket(url);
  await bucket.inRun(async () => {
    const path = `gs://${bucket.name}/trips`;
    const { rows, paths } = await writePartitioned(cities, `${path}/`, { by });
    assert.equal(rows, 6);
    const folders = (await bucket.names()).map((name) => name.split("/")[1]).sort();
    assert.deepEqual(folders, [
      "_sluice_manifest.json",
      "city=",
      "city=..",
      "city=100%25",
      "city=Oslo",
      "city=__HIVE_DEFAULT_PARTITION__",
      "city=a%2Fb",
    ]);
    assert.equal(paths.length, 6);
    const back = plainRows(await readParquet(path)).sort((a, b) => Number(a.n) - Number(b.n));
    assert.deepEqual(back, plainRows(cities));
    await assert.rejects(writePartitioned(rome, path, { by }), /: it exists; give ifExists/);
  });
});

testWith("writePartitioned() replaces only what its manifest lists", server, async (url) => {
  await using bucket = await testBucket(url);
  await bucket.inRun(async () => {
    const path = `gs://${bucket.name}/trips`;
    await writePartitioned(cities, path, { by });
    // another program's file, and what a killed write left: in no manifest
    await bucket.put(
      "trips/city=Oslo/theirs.parquet",
      await bucket.bytes((await bucket.names())[2]!) as Uint8Array<ArrayBuffer>,
    );
    await bucket.put("trips/notes.txt", "mine");
    await writePartitioned(rome, path, { by, ifExists: "replace" });
    const names = await bucket.names();
    assert.deepEqual(names.map((name) => name.replace(/part-.*/, "part")), [
      "trips/_sluice_manifest.json",
      "trips/city=Oslo/theirs.parquet",
      "trips/city=Rome/part",
      "trips/notes.txt",
    ]);
    for (const read of [path, `${path}/**/*.parquet`]) {
      assert.deepEqual(plainRows(await readParquet(read)), plainRows(rome), read);
    }
  });
});

testWith("writePartitioned() appends once for each call of a run", server, async (url) => {
  await using bucket = await testBucket(url);
  const path = `gs://${bucket.name}/trips`;
  const append = (run: string) =>
    bucket.inRun(() => writePartitioned(rome, path, { by, ifExists: "append" }), { run });
  const first = await append("one");
  assert.deepEqual(await append("one"), first);
  await Promise.all([append("two"), append("three"), append("four")]);
  await bucket.inRun(async () => assert.equal((await readParquet(path)).numRows, 4));
});

testWith("writePartitioned() appends to a dataset without a manifest", server, async (url) => {
  await using bucket = await testBucket(url);
  const path = `gs://${bucket.name}/trips`;
  await bucket.inRun(async () => {
    await writePartitioned(rome, `gs://${bucket.name}/other`, { by });
    const [part] = (await bucket.names("other/city")).values();
    await bucket.put(
      "trips/city=Rome/theirs.parquet",
      await bucket.bytes(part!) as Uint8Array<ArrayBuffer>,
    );
    assert.equal((await readParquet(path)).numRows, 1);
    await writePartitioned(cities, path, { by, ifExists: "append" });
    assert.equal((await readParquet(path)).numRows, 7);
    const other = tableFromRows([{ n: "x", city: "Rome" }], {
      types: { n: "string", city: "string" },
    });
    await assert.rejects(
      writePartitioned(other, path, { by, ifExists: "append" }),
      /column `n` is VARCHAR/,
    );
  });
});

testWith("writePartitioned() lets one of two replacing writers win, whole", server, async (url) => {
  await using bucket = await testBucket(url);
  const path = `gs://${bucket.name}/trips`;
  await bucket.inRun(async () => {
    const writes = await Promise.allSettled(
      [rome, cities].map((table) => writePartitioned(table, path, { by, ifExists: "replace" })),
    );
    const rows = (await readParquet(path)).numRows;
    assert.ok(writes.some(({ status }) => status === "fulfilled"));
    assert.ok([1, 6].includes(rows), `${rows} rows`);
    const files = (await bucket.names("trips/city")).length;
    assert.equal(files, rows);
  });
});
