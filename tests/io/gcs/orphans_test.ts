import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readParquet } from "../../../runtime/io/files/read_parquet.ts";
import { writePartitioned } from "../../../runtime/io/files/write_partitioned.ts";
import { callingDead, findOrphans, PART_MARK } from "../../../runtime/io/gcs/orphans.ts";
import { tableFromRows } from "../../../runtime/table/table_from_rows.ts";
import { type Seen, serveFaults } from "../../services/fault_proxy.ts";
import { type TestBucket, testBucket, testGcs } from "../../services/gcs.ts";
import { testWith } from "../../services/tools.ts";

const server = await testGcs();
const WRITER = fileURLToPath(new URL("./killed_dataset.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../../deno.json", import.meta.url));
const rome = tableFromRows([{ n: 9n, city: "Rome" }], { types: { n: "int64", city: "string" } });
const by = "city";
const parts = (names: readonly string[]) => names.filter((name) => name.endsWith(".parquet"));

/** Kills a writer whose parts have arrived, and whose manifest never does. */
async function killedWrite(
  url: string,
  write: (
    bucket: TestBucket,
    path: string,
    kill: (ifExists: string) => Promise<void>,
  ) => Promise<void>,
): Promise<void> {
  const atManifest = Promise.withResolvers<void>();
  let isHeld = false;
  await using proxy = serveFaults(url, (seen: Seen) => {
    if (!isHeld || seen.method === "GET" || !seen.path.includes("_sluice_manifest")) return;
    atManifest.resolve();
    return { kind: "stall" };
  });
  await using bucket = await testBucket(url, { endpoint: proxy.url });
  const path = `gs://${bucket.name}/trips`;
  await write(bucket, path, async (ifExists) => {
    isHeld = true;
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--no-check", "--config", CONFIG, WRITER],
        ...[bucket.folder, path, ifExists, "the-run"],
      ],
      stdout: "null",
      stderr: "inherit",
    }).spawn();
    const ended = child.status.then(({ code }) => {
      throw new Error(`the writer ended with ${code}`);
    });
    try {
      await Promise.race([atManifest.promise, ended]);
    } finally {
      child.kill("SIGKILL");
      await ended.catch(() => {});
      isHeld = false;
    }
  });
}

testWith("a dataset's first writer that was killed leaves nothing to read", server, async (url) => {
  await killedWrite(url, async (bucket, path, kill) => {
    await kill("fail");
    assert.equal(parts(await bucket.names()).length, 2);
    await bucket.inRun(async () => {
      await assert.rejects(readParquet(path), {
        message:
          `Cannot read ${path}: it holds parts of a dataset that was never completed; write it again`,
      });
      await assert.rejects(readParquet(`${path}/**/*.parquet`), /no object matches/);
      await writePartitioned(rome, path, { by });
      assert.equal((await readParquet(path)).numRows, 1);
    }, { run: "another" });
    // it may live: its parts are young
    assert.equal(parts(await bucket.names()).length, 3);
  });
});

for (const ifExists of ["append", "replace"] as const) {
  testWith(`${ifExists} removes what its own killed attempt left`, server, async (url) => {
    await killedWrite(url, async (bucket, path, kill) => {
      const inRun = <Result>(work: () => Promise<Result>) => bucket.inRun(work, { run: "the-run" });
      await inRun(() => writePartitioned(rome, path, { by }));
      await kill(ifExists);
      assert.equal(parts(await bucket.names()).length, 3);
      await inRun(async () => {
        assert.equal((await readParquet(path)).numRows, 1);
        await writePartitioned(rome, path, { by, ifExists });
        assert.equal((await readParquet(path)).numRows, ifExists === "append" ? 2 : 1);
      });
      assert.equal(parts(await bucket.names()).length, ifExists === "append" ? 2 : 1);
    });
  });
}

Deno.test("findOrphans() finds parts of old writers, and of earlier attempts of this one", () => {
  const folder = { bucket: "b", name: "trips" };
  const now = Date.parse("2021-01-03T00:00Z");
  const part = (name: string, mark: string | undefined, updated: string) => ({
    ...{ bucket: "b", name: `trips/${name}`, size: 1, crc32c: undefined, generation: "1" },
    ...{ updated: new Date(updated), encoding: undefined },
    metadata: mark === undefined ? {} : { [PART_MARK]: mark },
  });
  const objects = [
    part("theirs", undefined, "2020-01-01T00:00Z"),
    part("listed", "old", "2021-01-01T00:00Z"),
    part("dead", "old", "2021-01-01T00:00Z"),
    part("alive-1", "alive", "2021-01-01T00:00Z"),
    part("alive-2", "alive", "2021-01-02T12:00Z"),
    part("mine", "me", "2021-01-02T23:59Z"),
  ];
  const listed = { path: "listed", bytes: 1, crc32c: undefined };
  const manifest = { version: 1, files: [listed], appends: {}, replaced: [] } as const;
  const orphans = findOrphans(folder, objects, { manifest, mark: "me", now });
  assert.deepEqual(orphans, { paths: ["dead", "mine"], marks: ["old"] });
  assert.deepEqual(callingDead(manifest, orphans.marks).dead, ["old"]);
});

testWith(
  "an append whose writer is called dead meanwhile puts nothing in force",
  server,
  async (url) => {
    let isMeddled = true;
    let meddling: Promise<void> | undefined;
    await using proxy = serveFaults(url, (seen: Seen) => {
      if (isMeddled || seen.method === "GET" || !seen.path.includes("_sluice_manifest")) return;
      meddling ??= callDead().finally(() => isMeddled = true);
      return { kind: "answer", status: 503 };
    });
    await using bucket = await testBucket(url, { endpoint: proxy.url });
    const path = `gs://${bucket.name}/trips`;
    await bucket.inRun(async () => {
      await writePartitioned(rome, path, { by });
      isMeddled = false;
      const retry = { retryDelayMs: 20, attempts: 100 };
      await assert.rejects(
        writePartitioned(rome, path, { by, ifExists: "append", retry }),
        /: it was written by somebody else meanwhile, and theirs stays; run it again$/,
      );
      await meddling;
      assert.equal((await readParquet(path)).numRows, 1);
      assert.equal(parts(await bucket.names()).length, 1);
    });

    /** Another writer comes between: it finds the append's part, and says that its writer is dead. */
    async function callDead(): Promise<void> {
      const object = "trips/_sluice_manifest.json";
      const manifest = JSON.parse(new TextDecoder().decode(await bucket.bytes(object)));
      const dead = await marksOf(url, bucket, manifest.files[0].path);
      await bucket.put(object, JSON.stringify({ ...manifest, dead }));
    }
  },
);

/** The marks of the parts that are not `listed`. */
async function marksOf(url: string, bucket: TestBucket, listed: string): Promise<string[]> {
  const names = parts(await bucket.names()).filter((name) => !name.endsWith(listed));
  return await Promise.all(names.map(async (name) => {
    const answer = await fetch(`${url}/storage/v1/b/${bucket.name}/o/${encodeURIComponent(name)}`);
    return (await answer.json()).metadata[PART_MARK];
  }));
}
