/** The example notebooks, run as a person runs them; what they leave is looked at past Sluice's own code. @module */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { compileNotebook } from "../../runtime/compile/compile.ts";
import { type TaxiCounts, writeTaxiLookalike } from "../../runtime/commands/taxi_lookalike.ts";
import { tableFromRows } from "../../mod.ts";
import { testPostgres } from "../services/postgres.ts";
import { PASSENGERS, passengersFile } from "./passengers.ts";

const root = resolve(import.meta.dirname!, "..", "..");
const TAXI: TaxiCounts = { rows: 20_000, withoutPassengerCount: 1_500, withZeroPassengers: 400 };
const TRIPS = TAXI.rows - TAXI.withoutPassengerCount - TAXI.withZeroPassengers;

interface Call {
  /** Where the person stands. */
  readonly from?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** `deno task …` in this repository. */
async function task(args: readonly string[], { from = root, env = {} }: Call = {}) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--config", join(root, "deno.json"), ...args],
    cwd: from,
    env: { NO_COLOR: "1", INIT_CWD: from, ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

interface BlockSeen {
  readonly status: string;
  readonly rows: number | null;
  readonly checks: readonly { readonly name: string; readonly passed: boolean }[];
}

/** The blocks of a run's JSON by name, once it completed. */
function blocksOf({ code, stdout, stderr }: Awaited<ReturnType<typeof task>>) {
  assert.equal(code, 0, stdout + stderr);
  const result = JSON.parse(stdout);
  assert.equal(result.status, "completed");
  return Object.fromEntries(
    result.blocks.map((block: BlockSeen & { name: string }) => [block.name, block]),
  ) as Record<string, BlockSeen>;
}

/** How `dev` of this repository's io_config.yaml finds a test's database. */
function devProfile(db: Awaited<ReturnType<typeof testPostgres>>): Record<string, string> {
  return {
    POSTGRES_HOST: db.host,
    POSTGRES_PORT: String(db.port),
    POSTGRES_DBNAME: db.database,
    POSTGRES_USER: db.user,
    POSTGRES_PASSWORD: db.password,
  };
}

Deno.test("example_pipeline fills in all ages of 891 passengers, called from another folder", async () => {
  const folder = await Deno.makeTempDir();
  const source = await passengersFile(folder);
  const target = join(folder, "clean", "titanic.csv");
  const vars = ["--var", `source=${source}`, "--var", `target=${target}`];
  const ran = await task(["run", "example_pipeline", ...vars, "--json"], { from: folder });
  const blocks = blocksOf(ran);
  assert.equal(blocks.load_titanic?.rows, PASSENGERS.rows);
  assert.equal(blocks.fill_in_missing_values?.rows, PASSENGERS.rows);
  const checks = Object.values(blocks).flatMap((block) => block.checks);
  assert.deepEqual(checks.map(({ name, passed }) => [name, passed]), [
    ["there are passengers", true],
    ["every passenger has an age", true],
    ["every passenger has a port", true],
  ]);
  const [header, ...lines] = (await Deno.readTextFile(target)).trim().split("\n");
  assert.equal(lines.length, PASSENGERS.rows);
  // Names hold commas in quotes, and no field after them does: ages are counted from the end.
  const fromEnd = header!.split(",").length - header!.split(",").indexOf("Age");
  assert.deepEqual(lines.filter((line) => !Number(line.split(",").at(-fromEnd))), []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("api_to_postgres leaves the trips with passengers in Postgres, called by path", async () => {
  await using db = await testPostgres();
  const folder = await Deno.makeTempDir();
  const url = join(folder, "trips.csv.gz");
  await writeTaxiLookalike(url, TAXI);
  const env = devProfile(db);
  const path = ["run", join("notebooks", "api_to_postgres.ipynb"), "--var", `url=${url}`];
  const ran = await task([...path, "--json"], { env });
  const blocks = blocksOf(ran);
  assert.equal(blocks.load_api_data?.rows, TAXI.rows);
  assert.equal(blocks.drop_trips_without_passengers?.rows, TRIPS);
  assert.deepEqual(blocks.confirm?.checks, [{ name: "all rows arrived", passed: true }]);
  const counted = await db.rows(
    "select count(*)::int as n, min(passenger_count) as least from ny_taxi.yellow_cab_data",
  );
  assert.deepEqual(counted, [{ n: TRIPS, least: 1 }]);
  const logs = await task(["logs", JSON.parse(ran.stdout).run], { env });
  assert.match(logs.stdout, /400 trips had zero passengers, 1500 had none recorded/);

  // Again, from the notebook's own folder: the table is replaced, not doubled.
  const again = await task(["run", "api_to_postgres.ipynb", "--var", `url=${url}`, "--json"], {
    from: join(root, "notebooks"),
    env,
  });
  blocksOf(again);
  assert.equal((await db.rows("select * from ny_taxi.yellow_cab_data")).length, TRIPS);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("api_to_parquet leaves one file and a folder for each day", async () => {
  const folder = await Deno.makeTempDir();
  const url = join(folder, "trips.csv.gz");
  await writeTaxiLookalike(url, TAXI);
  const file = join(folder, "trips.parquet");
  const dataset = join(folder, "days");
  const vars = [`url=${url}`, `file=${file}`, `dataset=${dataset}`].flatMap((v) => ["--var", v]);
  blocksOf(await task(["run", "api_to_parquet", ...vars, "--json"]));
  // Parquet's magic bytes, and the row count that its footer gives to DuckDB, asked without Sluice.
  const bytes = await Deno.readFile(file);
  assert.equal(new TextDecoder().decode(bytes.slice(-4)), "PAR1");
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const connection = await (await DuckDBInstance.create()).connect();
  const ask = async (text: string) =>
    (await (await connection.runAndReadAll(text)).getRowsJson()).map((row) => row.map(Number));
  assert.deepEqual(await ask(`select sum(num_rows) from parquet_file_metadata('${file}')`), [
    [TRIPS],
  ]);
  const days = `read_parquet('${dataset}/*/*.parquet', hive_partitioning = true)`;
  assert.deepEqual(
    await ask(`select count(*), count(distinct tpep_pickup_date),
      count(*) filter (tpep_pickup_date <> tpep_pickup_datetime::date) from ${days}`),
    [[TRIPS, 31, 0]],
  );
  connection.closeSync();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("test_config answers on the profile that the environment names", async () => {
  await using db = await testPostgres();
  const blocks = blocksOf(await task(["run", "test_config", "--json"], { env: devProfile(db) }));
  assert.deepEqual(blocks.compare?.checks, [{ name: "both answered 1", passed: true }]);
});

Deno.test("the module of api_to_postgres is code whose blocks can be called one by one", async () => {
  const compiled = await compileNotebook(join(root, "notebooks", "api_to_postgres.ipynb"), {
    projectFolder: root,
  });
  const { default: pipeline } = await import(pathToFileURL(compiled.module).href);
  const { drop_trips_without_passengers } = await pipeline(<Value>(_: string, value: Value) =>
    value
  );
  const trips = tableFromRows([0, 1, null, 4].map((passenger_count) => ({ passenger_count })), {
    types: { passenger_count: "int16" },
  });
  const { clean } = await drop_trips_without_passengers({ trips });
  assert.deepEqual(Array.from(clean.getChild("passenger_count")), [1, 4]);
});

Deno.test("the real head of the taxi file arrives in Postgres row by row", async () => {
  const data = Deno.env.get("SLUICE_TEST_DATA");
  const folder = await Deno.makeTempDir();
  const url = data ? join(data, "yellow_head.csv") : join(folder, "yellow_head.csv");
  if (!data) {
    const gz = join(folder, "head.csv.gz");
    await writeTaxiLookalike(gz, { rows: 99, withoutPassengerCount: 0, withZeroPassengers: 4 });
    const text = await new Response(
      (await Deno.open(gz)).readable.pipeThrough(new DecompressionStream("gzip")),
    ).text();
    await Deno.writeTextFile(url, text);
  }
  const lines = (await Deno.readTextFile(url)).trim().split("\n").slice(1).map((line) =>
    line.split(",")
  );
  const wanted = lines.filter((fields) => Number(fields[3]) > 0);
  await using db = await testPostgres();
  blocksOf(
    await task(["run", "api_to_postgres", "--var", `url=${url}`, "--json"], {
      env: devProfile(db),
    }),
  );
  const rows = await db.rows(
    `select "PULocationID" as pickup, to_char(tpep_pickup_datetime, 'YYYY-MM-DD HH24:MI:SS') as at,
      total_amount as total from ny_taxi.yellow_cab_data`,
  );
  assert.deepEqual(
    rows.map(({ pickup, at, total }) => [pickup, at, total]),
    wanted.map((fields) => [Number(fields[7]), fields[1], Number(fields[16])]),
  );
  await Deno.remove(folder, { recursive: true });
});
