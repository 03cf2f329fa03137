import assert from "node:assert/strict";
import { bigquery } from "../../../runtime/io/bigquery/connection.ts";
import { rows } from "../../../runtime/table/rows.ts";
import { tableFromRows } from "../../../runtime/table/table_from_rows.ts";
import { type BigQueryAddress, testBigQuery } from "../../services/bigquery.ts";
import { type ProxyFault, type Seen, serveFaults } from "../../services/fault_proxy.ts";
import { namesIn, testBucket, testGcs } from "../../services/gcs.ts";
import { testWith, type Tool } from "../../services/tools.ts";
import { serveUploads } from "../../services/upload_sessions.ts";
import { testDataset } from "./dataset.ts";
import { noise } from "./noise.ts";

const QUICK = { attempts: 4, retryDelayMs: 10, timeoutMs: 60_000, pieceBytes: 2 ** 18 };
const trips = tableFromRows([{ id: 1, city: "Oslo" }, { id: 2, city: null }], {
  types: { id: "int64", city: "string" },
});

/** Both servers; the one reads what the other keeps. */
const servers = await (async (): Promise<Tool<{ bigQuery: BigQueryAddress; storage: string }>> => {
  const storage = await testGcs();
  if (!("found" in storage)) return storage;
  const bigQuery = await testBigQuery(storage.found);
  if (!("found" in bigQuery)) return bigQuery;
  return { found: { bigQuery: bigQuery.found, storage: storage.found } };
})();

type Servers = { readonly bigQuery: BigQueryAddress; readonly storage: string };

/** A dataset whose profile loads through a bucket. */
async function both({ bigQuery, storage }: Servers, keys: Readonly<Record<string, string>> = {}) {
  const bucket = await testBucket(storage);
  const dataset = await testDataset(bigQuery, {
    GOOGLE_STORAGE_ENDPOINT: storage,
    GOOGLE_BUCKET: bucket.name,
    ...keys,
  });
  return {
    bucket,
    dataset,
    target: `${dataset.name}.trips`,
    async [Symbol.asyncDispose]() {
      await dataset[Symbol.asyncDispose]();
      await bucket[Symbol.asyncDispose]();
    },
  };
}

interface LoadJob {
  readonly configuration: {
    readonly labels?: { readonly run?: string };
    readonly load?: { readonly sourceUris?: readonly string[] };
  };
}

testWith(
  "write() loads through the profile's bucket, and leaves nothing there",
  servers,
  async (found) => {
    await using made = await both(found);
    const { bucket, dataset, target } = made;
    const run = crypto.randomUUID();
    const written = await dataset.inRun(() => bigquery().write(trips, target), { run });
    assert.equal(written.rows, 2);
    assert.deepEqual(await dataset.rows(`select * from ${target} order by id`), [
      ["1", "Oslo"],
      ["2", null],
    ]);
    const { jobs } = await dataset.get("jobs") as { jobs: LoadJob[] };
    const uris = jobs.filter(({ configuration: { labels } }) => labels?.run === run)
      .flatMap(({ configuration: { load } }) => load?.sourceUris ?? []);
    assert.equal(uris.length, 1);
    assert.match(
      uris[0]!,
      new RegExp(`^gs://${bucket.name}/sluice_staging/sluice_[\\w-]+\\.parquet$`),
    );
    assert.deepEqual(await bucket.names(), []);
  },
);

testWith("query() stages its tables through the bucket", servers, async (found) => {
  await using made = await both(found);
  const { bucket, dataset } = made;
  const [row] = await dataset.inRun(async () =>
    rows(await bigquery().query`select sum(id) as total from ${trips}`)
  );
  assert.deepEqual(row, { total: 3 });
  assert.deepEqual(await bucket.names(), []);
});

const isPut = ({ method }: Seen) => method === "PUT";
const MENDED: readonly (readonly [string, readonly ProxyFault[]])[] = [
  ["is cut", [{ kind: "cut request", after: 200_000 }, { kind: "cut request", after: 100 }]],
  ["gets 503 and 429", [{ kind: "answer", status: 503 }, { kind: "answer", status: 429 }]],
  ["loses its answers", [{ kind: "cut answer", after: 0 }, { kind: "cut answer", after: 0 }]],
];
for (const [what, given] of MENDED) {
  testWith(
    `write() appends once where the upload to the bucket ${what}`,
    servers,
    async (found) => {
      const faults = [...given];
      await using sessions = serveUploads(found.storage);
      await using proxy = serveFaults(
        sessions.url,
        (seen) => isPut(seen) ? faults.shift() : undefined,
      );
      await using made = await both(found, { GOOGLE_STORAGE_ENDPOINT: proxy.url });
      const { bucket, dataset, target } = made;
      await dataset.inRun(() =>
        bigquery("dev", QUICK).write(noise(20_000), target, { ifExists: "append" })
      );
      assert.equal(faults.length, 0);
      assert.deepEqual(await dataset.rows(`select count(*), sum(n) from ${target}`), [
        ["20000", "199990000"],
      ]);
      assert.deepEqual(await bucket.names(), []);
    },
  );
}

testWith(
  "write() removes the object where the load fails or the run ends",
  servers,
  async (found) => {
    const error = { code: 403, message: "Quota exceeded.", errors: [{ reason: "quotaExceeded" }] };
    const faults: ProxyFault[] = [
      { kind: "answer", status: 403, body: JSON.stringify({ error }) },
      { kind: "stall" },
    ];
    const isBegun = ({ method, path }: Seen) => method === "POST" && path.endsWith("/jobs");
    await using proxy = serveFaults(
      found.bigQuery.url,
      (seen) => isBegun(seen) ? faults.shift() : undefined,
    );
    await using made = await both(found, { GOOGLE_BIGQUERY_ENDPOINT: proxy.url });
    const { bucket, dataset, target } = made;
    const write = () => bigquery("dev", { ...QUICK, attempts: 1 }).write(trips, target);
    await assert.rejects(dataset.inRun(write), /Quota exceeded \(quotaExceeded\); wait until/);
    assert.deepEqual(await bucket.names(), []);
    const run = new AbortController();
    const outcome = assert.rejects(dataset.inRun(write, { signal: run.signal }), {
      message: "the user said so",
    });
    while (proxy.seen.filter(isBegun).length < 2) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assert.equal((await bucket.names()).length, 1);
    run.abort(new Error("the user said so"));
    await outcome;
    assert.deepEqual(await bucket.names(), []);
  },
);

testWith("write() makes the dataset in GOOGLE_LOCATION", servers, async ({ bigQuery }) => {
  await using dataset = await testDataset(bigQuery, { GOOGLE_LOCATION: "europe-west1" });
  await dataset.inRun(() => bigquery().write(trips, `${dataset.name}.trips`));
  const { location } = await dataset.get(`datasets/${dataset.name}`);
  assert.equal(location, "europe-west1");
});

testWith("write() refuses a bucket in another location before it loads", servers, async (found) => {
  await using made = await both(found, { GOOGLE_LOCATION: "EU" });
  const { bucket, dataset, target } = made;
  // the server of the tests keeps all buckets there
  await assert.rejects(dataset.inRun(() => bigquery().write(trips, target)), {
    message:
      `Cannot write to ${target}: its dataset lies in EU, the bucket ${bucket.name} in US-CENTRAL1; ` +
      "use a bucket in the dataset's location, or leave GOOGLE_BUCKET out",
  });
  assert.deepEqual(await bucket.names(), []);
  await assert.rejects(dataset.get(`datasets/${dataset.name}/tables/trips`), /notFound/);
});

testWith(
  "write() names a missing bucket, and makes it where it is told to",
  servers,
  async (found) => {
    const name = `missing-${crypto.randomUUID().slice(0, 8)}`;
    await using made = await both(found, { GOOGLE_BUCKET: name });
    const { dataset, target } = made;
    await assert.rejects(dataset.inRun(() => bigquery().write(trips, target)), {
      message:
        `Cannot write to ${target} through gs://${name}: there is no bucket \`${name}\` that ` +
        "the account of profile default can see; correct its name, or let a write make it with createBucket: true",
    });
    await dataset.inRun(() => bigquery().write(trips, target, { createBucket: true }));
    assert.deepEqual(await namesIn(found.storage, name), []);
    assert.deepEqual(await dataset.rows(`select count(*) from ${target}`), [["2"]]);
    await (await fetch(`${found.storage}/storage/v1/b/${name}`, { method: "DELETE" })).body
      ?.cancel();
  },
);

testWith("write() says which role the bucket asks for", servers, async (found) => {
  const body = JSON.stringify({ error: { code: 403, message: "a@b.c may not." } });
  await using proxy = serveFaults(
    found.storage,
    ({ path }) => path.startsWith("/upload/") ? { kind: "answer", status: 403, body } : undefined,
  );
  await using made = await both(found, { GOOGLE_STORAGE_ENDPOINT: proxy.url });
  const { bucket, dataset, target } = made;
  await assert.rejects(dataset.inRun(() => bigquery("dev", QUICK).write(trips, target)), {
    message:
      `Cannot write to ${target} through gs://${bucket.name}: permission denied for the account of profile dev ` +
      "(403 a@b.c may not); grant it the role Storage Object User on the bucket",
  });
});
