/** The example notebooks of Google Cloud, run as a person runs them against servers of the real
 *  protocols; what they leave is counted by plain HTTP and by DuckDB, past Sluice's own code. @module */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type TaxiCounts, writeTaxiLookalike } from "../../runtime/commands/taxi_lookalike.ts";
import { testDataset } from "../io/bigquery/dataset.ts";
import { testBigQuery } from "../services/bigquery.ts";
import { type TestBucket, testBucket, testGcs } from "../services/gcs.ts";
import { testWith } from "../services/tools.ts";

const root = resolve(import.meta.dirname!, "..", "..");
const server = await testGcs();
const warehouse = await testBigQuery("found" in server ? server.found : undefined);
const TAXI: TaxiCounts = { rows: 20_000, withoutPassengerCount: 1_500, withZeroPassengers: 400 };
const TRIPS = TAXI.rows - TAXI.withoutPassengerCount - TAXI.withZeroPassengers;

/** `deno task run …` on the profile `emulator`; every block completes. */
async function runOnEmulator(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["task", "--config", join(root, "deno.json"), "run", ...args],
      ...["--profile", "emulator", "--json"],
    ],
    cwd: root,
    env: { NO_COLOR: "1", ...env },
  }).output();
  const decoder = new TextDecoder();
  assert.equal(code, 0, decoder.decode(stdout) + decoder.decode(stderr));
}

/** What DuckDB counts in the objects whose names begin with `prefix`, fetched by plain HTTP. */
async function counted(bucket: TestBucket, prefix: string, what: string): Promise<number[]> {
  const folder = await Deno.makeTempDir();
  for (const name of await bucket.names(prefix)) {
    if (!name.endsWith(".parquet")) continue;
    const path = join(folder, name);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeFile(path, await bucket.bytes(name));
  }
  const connection = await (await DuckDBInstance.create()).connect();
  const files = `read_parquet('${folder}/**/*.parquet', hive_partitioning = true)`;
  const reader = await connection.runAndReadAll(`select ${what} from ${files}`);
  connection.closeSync();
  await Deno.remove(folder, { recursive: true });
  return reader.getRowsJson()[0]!.map(Number);
}

async function lookalike(): Promise<{ folder: string; url: string }> {
  const folder = await Deno.makeTempDir();
  const url = join(folder, "trips.csv.gz");
  await writeTaxiLookalike(url, TAXI);
  return { folder, url };
}

/** The real rows of the taxi file, where the data is on the machine; else as many made ones. */
async function realHead(folder: string): Promise<string> {
  const given = Deno.env.get("SLUICE_TEST_DATA");
  if (given) return join(given, "yellow_head.csv");
  const path = join(folder, "yellow_head.csv.gz");
  await writeTaxiLookalike(path, { rows: 99, withoutPassengerCount: 0, withZeroPassengers: 4 });
  return path;
}

testWith(
  "api_to_gcs leaves one object and a dataset by day, and replaces both",
  server,
  async (url) => {
    await using bucket = await testBucket(url);
    const taxi = await lookalike();
    const env = { GOOGLE_STORAGE_ENDPOINT: url };
    const vars = ["--var", `url=${taxi.url}`, "--var", `bucket=${bucket.name}`];
    for (let round = 0; round < 2; round++) {
      await runOnEmulator(["api_to_gcs", ...vars], env);
      assert.deepEqual(await counted(bucket, "nyc_taxi_data.parquet", "count(*)"), [TRIPS]);
      const days = `count(*), count(distinct tpep_pickup_date),
      count(*) filter (tpep_pickup_date <> tpep_pickup_datetime::date)`;
      assert.deepEqual(await counted(bucket, "nyc_taxi_data/", days), [TRIPS, 31, 0]);
    }
    await Deno.remove(taxi.folder, { recursive: true });
  },
);

testWith("api_to_gcs_parameterized writes where the execution date says", server, async (url) => {
  await using bucket = await testBucket(url);
  const folder = await Deno.makeTempDir();
  const head = await realHead(folder);
  const vars = ["--var", `url=${head}`, "--var", `bucket=${bucket.name}`];
  await runOnEmulator(
    ["api_to_gcs_parameterized", ...vars, "--execution-date", "2024-01-19"],
    { GOOGLE_STORAGE_ENDPOINT: url },
  );
  assert.deepEqual(await bucket.names(), ["2024/01/19/daily-trips.parquet"]);
  const [rows, least] = await counted(bucket, "2024/", "count(*), min(passenger_count)");
  assert.ok(rows! > 90 && least! > 0, `${rows} rows, the least count is ${least}`);
  await Deno.remove(folder, { recursive: true });
});

testWith(
  "gcs_to_bigquery gives the real trips standard names and a table",
  warehouse,
  async (bigQuery) => {
    assert.ok("found" in server);
    await using bucket = await testBucket(server.found);
    await using dataset = await testDataset(bigQuery);
    const folder = await Deno.makeTempDir();
    const head = await realHead(folder);
    const env = {
      GOOGLE_STORAGE_ENDPOINT: server.found,
      GOOGLE_BIGQUERY_ENDPOINT: bigQuery.url,
      GOOGLE_BUCKET: bucket.name,
    };
    const given = ["--var", `bucket=${bucket.name}`];
    await runOnEmulator(["api_to_gcs", ...given, "--var", `url=${head}`], env);
    const [trips] = await counted(bucket, "nyc_taxi_data.parquet", "count(*)");
    for (let round = 0; round < 2; round++) {
      await runOnEmulator(["gcs_to_bigquery", ...given], env);
      const [row] = await dataset.rows(
        "select count(*), min(passenger_count), count(pulocationid) from ny_taxi.yellow_cab_data",
      );
      assert.deepEqual(row?.map(Number).slice(0, 1), [trips]);
      assert.ok(Number(row?.[1]) > 0);
      assert.equal(Number(row?.[2]), trips);
    }
    await Deno.remove(folder, { recursive: true });
  },
);

testWith("test_config asks BigQuery too where it is told to", warehouse, async (bigQuery) => {
  await runOnEmulator(["test_config", "--var", "warehouse=emulator", "--block", "ask_bigquery"], {
    GOOGLE_BIGQUERY_ENDPOINT: bigQuery.url,
  });
});
