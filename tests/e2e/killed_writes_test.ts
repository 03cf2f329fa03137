/** Runs killed at any moment of a write: what stood there is whole, or the new is; a resume completes
 *  the writes, and appends once. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import pg from "pg";
import { latestRun } from "../commands/going.ts";
import { type Project, projectOf } from "../commands/project_of.ts";
import { notebookOf, parametersOf } from "../compile/notebook_of.ts";
import { type TestDatabase, testPostgres } from "../services/postgres.ts";
import { firstLine, runProcesses, until } from "./watching.ts";

const ROWS = 60_000;

const NOTEBOOK = notebookOf([
  parametersOf("const generation = 1;"),
  'import { postgres, readCsv, sql, writeCsv, writeParquet, writePartitioned } from "sluice";',
  `//| loader: load
const made = await sql\`select range::int as n, \${generation}::int as generation, (range % 3)::int as part,
  md5(range::varchar) as text from range(${ROWS})\`;`,
  "//| custom: announce\nconsole.log(`pid ${Deno.pid} ${made.numRows}`);",
  ...[
    'postgres().write(made, "replaced", { ifExists: "replace" })',
    'postgres().write(made, "appended", { ifExists: "append" })',
    'writeCsv(made, "../targets/a.csv", { ifExists: "replace" })',
    'writeCsv(made, "../targets/more.csv", { ifExists: "append" })',
    'writePartitioned(made, "../targets/set", { by: ["part"], ifExists: "replace" })',
  ].map((write, at) => `//| exporter: write_${at}\n//| upstream: [announce]\nawait ${write};`),
]);

/** The generations of each target with their rows: `1×60000`. */
async function standing(project: Project, db: TestDatabase): Promise<Record<string, string>> {
  const tables = await Promise.all(["replaced", "appended"].map(async (name) => {
    const rows = await db.rows<{ g: number; n: string }>(
      `select generation as g, count(*) as n from ${name} group by 1 order by 1`,
    );
    return [name, rows.map(({ g, n }) => `${g}×${n}`).join(" ")];
  }));
  const files = ["a.csv", "more.csv"].map((name) => {
    const [, ...lines] = project.read(`targets/${name}`).trimEnd().split("\n");
    return [name, counted(lines.map((line) => Number(line.split(",", 2)[1])))];
  });
  const set = [...Deno.readDirSync(join(project.folder, "targets/set"))].flatMap((part) =>
    part.isDirectory
      ? [...Deno.readDirSync(join(project.folder, "targets/set", part.name))].map((file) =>
        join("targets/set", part.name, file.name)
      )
      : []
  );
  const parquet = set.filter((path) => path.endsWith(".parquet"));
  const { tableFromIPC } = await import("apache-arrow");
  const { readParquet } = await import("parquet-wasm");
  const generations = parquet.flatMap((path) => {
    const bytes = Deno.readFileSync(join(project.folder, path));
    const table = tableFromIPC(readParquet(bytes).intoIPCStream());
    return [...table.getChild("generation")!.toArray() as Int32Array];
  });
  return Object.fromEntries([...tables, ...files, ["set", counted(generations)]]);
}

function counted(generations: readonly number[]): string {
  const counts = new Map<number, number>();
  for (const generation of generations) {
    counts.set(generation, (counts.get(generation) ?? 0) + 1);
  }
  return [...counts].sort().map(([generation, count]) => `${generation}×${count}`).join(" ");
}

/** The moments of the kills: after so many milliseconds of writing. Not waits for anything. */
const MOMENTS = [0, 50, 100, 200].map((ms) => ms + Math.floor(Math.random() * 40));

Deno.test("a run killed at any moment of its writes leaves old or new, and resumes to new, once", async () => {
  await using db = await testPostgres();
  using project = projectOf({
    "notebooks/p.ipynb": NOTEBOOK,
    "io_config.yaml": Deno.readTextFileSync(join(db.folder, "io_config.yaml")),
  });
  assert.equal((await project.call(["run", "p", "--var", "generation=0"])).code, 0);
  const old = `0×${ROWS}`;
  let before = await standing(project, db);
  assert.deepEqual({ ...before }, {
    replaced: old,
    appended: old,
    "a.csv": old,
    "more.csv": old,
    set: old,
  });
  let appended = old;
  for (const [at, moment] of MOMENTS.entries()) {
    const generation = at + 1;
    const process = project.start(["run", "p", "--var", `generation=${generation}`]);
    const [, pid] = (await firstLine(process, /pid (\d+) \d+/))!;
    await new Promise((resolve) => setTimeout(resolve, moment));
    // Its own process in one round, its supervisor in the next: the process then ends by itself.
    killQuietly(at % 2 === 0 ? Number(pid) : process.pid);
    await process.status;
    await until(() => runProcesses(project.folder).length === 0, "the run's process ends");
    await until(async () => (await sessions(db)) === 0, "the database sees the end of the writers");
    const fresh = `${generation}×${ROWS}`;
    const after = await standing(project, db);
    for (const [target, now] of Object.entries(after)) {
      const then = before[target]!;
      const whole = /appended|more/.test(target) ? `${then} ${fresh}` : fresh;
      assert.ok(now === then || now === whole, `${target} after ${moment} ms: ${now}, was ${then}`);
    }
    const resumed = await project.call(["resume", (await latestRun(project))!.id]);
    assert.ok(
      resumed.code === 0 || /it completed/.test(resumed.stderr),
      resumed.stdout + resumed.stderr,
    );
    appended = `${appended} ${fresh}`;
    before = await standing(project, db);
    assert.deepEqual({ ...before }, {
      replaced: fresh,
      appended,
      "a.csv": fresh,
      "more.csv": appended,
      set: fresh,
    });
  }
  assert.deepEqual(
    [...Deno.readDirSync(join(project.folder, "targets"))].map(({ name }) => name).sort(),
    ["a.csv", "more.csv", "set"],
  );
  assert.deepEqual(runProcesses(project.folder), []);
});

async function sessions(db: TestDatabase): Promise<number> {
  const client = new pg.Client({ connectionString: db.url });
  await client.connect();
  const { rows } = await client.query(
    "select count(*)::int as n from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()",
  );
  await client.end();
  return rows[0].n;
}

function killQuietly(pid: number): void {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // it has ended by itself
  }
}
