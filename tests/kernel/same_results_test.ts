/** What people saw live is what the pipeline does: each example notebook, run by hand on our kernel and
 *  on the stock one, leaves what `deno task run` leaves. @module */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { type TestBucket, testBucket, testGcs } from "../services/gcs.ts";
import { testPostgres } from "../services/postgres.ts";
import { testWith } from "../services/tools.ts";
import { startKernel } from "./client.ts";

const server = await testGcs();
const ROOT = resolve(import.meta.dirname!, "..", "..");

const EXECUTION_DATE = "2021-01-01";

interface Case {
  readonly notebook: string;
  /** Cells of `%%sql` and the like are beyond the stock kernel, and any execution date but today. */
  readonly isForStock: boolean;
  /** The parameters; what is written goes below the folder's `out`. */
  readonly parameters: (
    folder: string,
    bucket: string,
  ) => Readonly<Record<string, string | number>>;
  /** Whether it needs a bucket, which is the profile's. */
  readonly hasBucket?: boolean;
  /** What it leaves: files below the folder, and tables. */
  readonly tables: readonly string[];
  /** What only a run leaves: live, callbacks are registered and not called. */
  readonly onlyInRuns?: string;
}

const CASES: readonly Case[] = [
  {
    notebook: "example_pipeline",
    isForStock: true,
    parameters: (folder) => ({
      source: join(folder, "in", "titanic.csv"),
      target: join(folder, "out", "clean.csv"),
    }),
    tables: [],
  },
  {
    notebook: "api_to_parquet",
    isForStock: true,
    parameters: (folder) => ({
      url: join(folder, "in", "taxi.csv"),
      file: join(folder, "out", "taxi.parquet"),
      dataset: join(folder, "out", "taxi"),
    }),
    tables: [],
  },
  {
    notebook: "api_to_postgres",
    isForStock: true,
    parameters: (folder) => ({ url: join(folder, "in", "taxi.csv"), table: "rides" }),
    tables: ["rides"],
  },
  {
    notebook: "api_to_gcs",
    isForStock: true,
    parameters: (folder, bucket) => ({ url: join(folder, "in", "taxi.csv"), bucket }),
    tables: [],
    hasBucket: true,
  },
  {
    notebook: "api_to_gcs_parameterized",
    isForStock: false,
    parameters: (folder, bucket) => ({ url: join(folder, "in", "taxi.csv"), bucket }),
    tables: [],
    hasBucket: true,
  },
  { notebook: "test_config", isForStock: false, parameters: () => ({ warehouse: "" }), tables: [] },
  {
    notebook: "conditional_example",
    isForStock: true,
    parameters: (folder) => ({ large: 100, folder: join(folder, "out") }),
    tables: [],
  },
  {
    notebook: "dynamic_example",
    isForStock: true,
    parameters: (folder) => ({ folder: join(folder, "out") }),
    tables: [],
  },
  {
    notebook: "sensor_example",
    isForStock: true,
    parameters: (folder) => ({ folder: join(folder, "out") }),
    tables: [],
  },
  {
    notebook: "callback_example",
    isForStock: true,
    parameters: (folder) => ({ smallest: 0, folder: join(folder, "out") }),
    tables: [],
    onlyInRuns: "/told.ndjson",
  },
];

for (const each of CASES) {
  const name = `${each.notebook} leaves live what it leaves in a run`;
  if (!each.hasBucket) Deno.test(name, () => compare(each, undefined));
  else {
    testWith(name, server, async (url) => {
      await using bucket = await testBucket(url);
      await compare(each, bucket);
    });
  }
}

async function compare(
  { notebook, isForStock, parameters, tables, onlyInRuns }: Case,
  bucket: TestBucket | undefined,
): Promise<void> {
  await using database = await testPostgres();
  const given = (folder: string) => parameters(folder, bucket?.name ?? "");
  const profiles = bucket?.folder ?? database.folder;
  await using project = await projectOf(notebook, given, profiles);
  const left = async () => {
    const files = await filesBelow(join(project.folder, "out"));
    if (bucket) Object.assign(files, await takenObjects(bucket));
    const rows = await Promise.all(
      tables.map((table) => database.rows(`select * from ${table} order by ${table}::text`)),
    );
    await Deno.remove(join(project.folder, "out"), { recursive: true });
    for (const table of tables) await database.rows(`drop table ${table}`);
    await Deno.mkdir(join(project.folder, "out"));
    return { files, rows };
  };
  await runPipeline(project.path, project.folder);
  const compiled = await left();
  if (bucket) assert.ok(Object.keys(compiled.files).length > 0);
  if (onlyInRuns) {
    assert.ok(onlyInRuns in compiled.files);
    delete compiled.files[onlyInRuns];
  }
  await runLive(project.path, { isStock: false });
  assert.deepEqual(await left(), compiled);
  if (!isForStock) return;
  await runLive(project.path, { isStock: true });
  assert.deepEqual(await left(), compiled);
}

async function runPipeline(path: string, cwd: string): Promise<void> {
  const { success, stderr, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--config",
      join(ROOT, "deno.json"),
      join(ROOT, "runtime/cli.ts"),
      "run",
      path,
      "--execution-date",
      EXECUTION_DATE,
    ],
    cwd,
    env: { INIT_CWD: cwd, NO_COLOR: "1" },
  }).output();
  const decoder = new TextDecoder();
  assert.ok(success, decoder.decode(stdout) + decoder.decode(stderr));
}

/** Runs the notebook's cells one after another, as a person would. */
async function runLive(path: string, { isStock }: { readonly isStock: boolean }): Promise<void> {
  const env = { JPY_SESSION_NAME: path, SLUICE_EXECUTION_DATE: EXECUTION_DATE };
  await using kernel = await startKernel({ cwd: join(path, ".."), env, isStock });
  for (const { cell_type, id, source } of JSON.parse(await Deno.readTextFile(path)).cells) {
    if (cell_type !== "code") continue;
    const ran = await kernel.run([source].flat().join(""), { id });
    assert.equal(ran.status, "ok", ran.error);
  }
}

/** The notebook with its blocks and small inputs, in a folder below the project. */
async function projectOf(
  name: string,
  parameters: (folder: string) => Readonly<Record<string, string | number>>,
  profiles: string,
) {
  const parent = join(ROOT, ".sluice", "tests");
  await Deno.mkdir(parent, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: parent, prefix: "same-" });
  for (const part of ["notebooks", "blocks", "in", "out"]) await Deno.mkdir(join(folder, part));
  await Deno.copyFile(join(profiles, "io_config.yaml"), join(folder, "io_config.yaml"));
  for await (const { name } of Deno.readDir(join(ROOT, "blocks"))) {
    await Deno.copyFile(join(ROOT, "blocks", name), join(folder, "blocks", name));
  }
  await Deno.writeTextFile(join(folder, "in", "titanic.csv"), TITANIC);
  await Deno.writeTextFile(join(folder, "in", "taxi.csv"), taxi());
  const path = join(folder, "notebooks", `${name}.ipynb`);
  const notebook = JSON.parse(await Deno.readTextFile(join(ROOT, "notebooks", `${name}.ipynb`)));
  for (const cell of notebook.cells) {
    if (!cell.metadata?.tags?.includes("parameters")) continue;
    cell.source = Object.entries(parameters(folder))
      .map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`).join("\n");
  }
  await Deno.writeTextFile(path, JSON.stringify(notebook));
  return { folder, path, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

async function digest(bytes: Uint8Array): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return new Uint8Array(hash).toHex();
}

/** What tells the content of every file, by its path without what is drawn by lot. */
async function filesBelow(folder: string, prefix = ""): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${prefix}/${name}`;
    if (isDirectory) Object.assign(files, await filesBelow(join(folder, name), path));
    else files[withoutLot(path)] = await digest(await Deno.readFile(join(folder, name)));
  }
  return Object.fromEntries(Object.entries(files).sort());
}

/** The same of a bucket's objects, which are deleted; a manifest names what is drawn by lot. */
async function takenObjects(bucket: TestBucket): Promise<Record<string, string>> {
  const objects: Record<string, string> = {};
  for (const name of await bucket.names()) {
    if (name.endsWith("_sluice_manifest.json")) objects[name] = "there";
    else objects[withoutLot(name)] = await digest(await bucket.bytes(name));
  }
  await bucket.clear();
  return objects;
}

function withoutLot(path: string): string {
  return path.replace(/part-[0-9a-f]+/, "part");
}

const TITANIC = `PassengerId,Survived,Pclass,Name,Sex,Age,SibSp,Parch,Ticket,Fare,Cabin,Embarked
1,0,3,"Braund, Mr. Owen",male,22,1,0,A/5 21171,7.25,,S
2,1,1,"Cumings, Mrs. John",female,38,1,0,PC 17599,71.2833,C85,C
3,1,3,"Heikkinen, Miss. Laina",female,,0,0,STON/O2,7.925,,
`;

/** Trips of three days: with passengers, without, and with none recorded. */
function taxi(): string {
  const head =
    "VendorID,tpep_pickup_datetime,tpep_dropoff_datetime,passenger_count,trip_distance,RatecodeID,store_and_fwd_flag,PULocationID,DOLocationID,payment_type,fare_amount,extra,mta_tax,tip_amount,tolls_amount,improvement_surcharge,total_amount,congestion_surcharge";
  const trips = Array.from({ length: 90 }, (_, at) => {
    const day = `2021-01-0${1 + at % 3} 0${at % 10}`;
    const passengers = at % 4 === 0 ? "" : at % 5;
    return `1,${day}:10:00,${day}:20:00,${passengers},2.${at},1,N,142,43,2,8,3,0.5,0,0,0.3,11.8,2.5`;
  });
  return [head, ...trips, ""].join("\n");
}
