import assert from "node:assert/strict";
import { gcs } from "../../../runtime/io/gcs/connection.ts";
import { readParquet } from "../../../runtime/io/files/read_parquet.ts";
import { writePartitioned } from "../../../runtime/io/files/write_partitioned.ts";
import { tableFromRows } from "../../../runtime/table/table_from_rows.ts";
import { type ProxyFault, type Seen, serveFaults } from "../../services/fault_proxy.ts";
import { testBucket, testGcs } from "../../services/gcs.ts";
import { testWith } from "../../services/tools.ts";
import { serveUploads } from "../../services/upload_sessions.ts";
import { numberedBytes } from "../http/flaky_server.ts";

const server = await testGcs();
const MEGABYTE = 2 ** 20;
const QUICK = { retryDelayMs: 10, timeoutMs: 2_000, attempts: 4, pieceBytes: MEGABYTE };
const trips = tableFromRows([{ n: 1, city: "Oslo" }, { n: 2, city: "Rome" }], {
  types: { n: "int64", city: "string" },
});

/** Fails the first requests that `isIt` finds, each as told, and lets everything else through. */
function failing(isIt: (seen: Seen) => boolean, ...faults: ProxyFault[]) {
  return (seen: Seen) => isIt(seen) ? faults.shift() : undefined;
}

const isPut = ({ method }: Seen) => method === "PUT";
const isUpload = ({ method, path }: Seen) => method !== "GET" && path.startsWith("/upload/");

const MENDED: readonly (readonly [string, readonly ProxyFault[]])[] = [
  ["is cut", [{ kind: "cut request", after: MEGABYTE / 2 }, {
    kind: "cut request",
    after: MEGABYTE * 3 / 4,
  }]],
  ["gets 503 and 429", [{ kind: "answer", status: 503 }, { kind: "answer", status: 429 }]],
  ["loses its answers", [{ kind: "cut answer", after: 0 }, { kind: "cut answer", after: 0 }]],
  ["stalls", [{ kind: "stall" }]],
];

for (const [what, faults] of MENDED) {
  testWith(`upload() goes on where it was when it ${what}`, server, async (url) => {
    await using sessions = serveUploads(url);
    await using proxy = serveFaults(sessions.url, failing(isPut, ...faults));
    await using bucket = await testBucket(url, { endpoint: proxy.url });
    const content = numberedBytes(3 * MEGABYTE);
    await bucket.inRun(() => gcs("dev", QUICK).upload(content, "big.bin"));
    assert.deepEqual(await bucket.bytes("big.bin"), content);
    assert.deepEqual(await bucket.names(), ["big.bin"]);
    const sent = proxy.seen.filter(isPut).reduce((sum, { bytes }) => sum + bytes, 0);
    // from the start it would be 3 MiB for each fault more
    assert.ok(sent < 4 * MEGABYTE, `${sent} bytes were sent`);
  });
}

testWith("upload() writes once where the answer to a small object is lost", server, async (url) => {
  await using proxy = serveFaults(url, failing(isUpload, { kind: "cut answer", after: 0 }));
  await using bucket = await testBucket(url, { endpoint: proxy.url });
  await bucket.inRun(() => gcs("dev", QUICK).upload("hello", "a.txt"));
  assert.equal(new TextDecoder().decode(await bucket.bytes("a.txt")), "hello");
  assert.equal(proxy.seen.filter(isUpload).length, 2);
});

testWith("upload() ends clearly where the server never recovers", server, async (url) => {
  await using proxy = serveFaults(
    url,
    (seen) => isPut(seen) ? { kind: "answer", status: 503 } : undefined,
  );
  await using bucket = await testBucket(url, { endpoint: proxy.url });
  await assert.rejects(
    bucket.inRun(() => gcs("dev", QUICK).upload(numberedBytes(3 * MEGABYTE), "big.bin")),
    {
      message:
        `Cannot write gs://${bucket.name}/big.bin: Cloud Storage answered 503 Service Unavailable (tried 4 times); try again later`,
    },
  );
  assert.deepEqual(await bucket.names(), []);
});

testWith("upload() refuses bytes that were damaged on their way", server, async (url) => {
  await using proxy = serveFaults(url, failing(isPut, { kind: "damage" }));
  await using bucket = await testBucket(url, { endpoint: proxy.url });
  await assert.rejects(
    bucket.inRun(() => gcs("dev", QUICK).upload(numberedBytes(3 * MEGABYTE), "big.bin")),
    /: the bytes were damaged on their way \(CRC32C .*\); run it again$/,
  );
  assert.deepEqual(await bucket.names(), []);
});

testWith(
  "readParquet() resumes downloads that are cut and asks again after 503",
  server,
  async (url) => {
    const faults: ProxyFault[] = [{ kind: "answer", status: 503 }, {
      kind: "cut answer",
      after: 100,
    }];
    await using proxy = serveFaults(url, failing(({ path }) => /alt=media/.test(path), ...faults));
    await using bucket = await testBucket(url, { endpoint: proxy.url });
    await bucket.inRun(async () => {
      await gcs("dev").write(trips, "trips.parquet");
      const back = await readParquet(`gs://${bucket.name}/trips.parquet`, { retry: QUICK });
      assert.equal(back.numRows, 2);
    });
  },
);

testWith(
  "writePartitioned() leaves the dataset as it was where an upload never ends",
  server,
  async (url) => {
    let isDown = false;
    await using proxy = serveFaults(
      url,
      (seen) =>
        isDown && isUpload(seen) && seen.path.includes("Rome")
          ? { kind: "answer", status: 503 }
          : undefined,
    );
    await using bucket = await testBucket(url, { endpoint: proxy.url });
    await bucket.inRun(async () => {
      const path = `gs://${bucket.name}/trips`;
      await writePartitioned(trips, path, { by: "city" });
      const before = await bucket.names();
      isDown = true;
      for (const ifExists of ["replace", "append"] as const) {
        await assert.rejects(
          writePartitioned(trips, path, { by: "city", ifExists, retry: QUICK }),
          /^StorageError: Cannot write gs:.*city=Rome.*: Cloud Storage answered 503 Service Unavailable \(tried 4 times\); try again later$/,
        );
      }
      assert.deepEqual(await bucket.names(), before);
      assert.equal((await readParquet(path)).numRows, 2);
    });
  },
);

testWith(
  "writePartitioned() appends once where the manifest's answer is lost",
  server,
  async (url) => {
    const isManifest = (seen: Seen) => isUpload(seen) && seen.path.includes("_sluice_manifest");
    await using proxy = serveFaults(url, failing(isManifest, { kind: "cut answer", after: 0 }));
    await using bucket = await testBucket(url, { endpoint: proxy.url });
    await bucket.inRun(async () => {
      const path = `gs://${bucket.name}/trips`;
      await writePartitioned(trips, path, { by: "city", ifExists: "append", retry: QUICK });
      assert.equal((await readParquet(path)).numRows, 2);
    });
  },
);
