/** Faults in the middle of runs through the real command line: what is recorded, what goes on, and how
 *  the command ends. @module */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { latestRun } from "../commands/going.ts";
import { projectOf } from "../commands/project_of.ts";
import { notebookOf, parametersOf } from "../compile/notebook_of.ts";
import { testPostgres } from "../services/postgres.ts";
import { firstLine, runProcesses, until } from "./watching.ts";

/** A block that goes wrong while its file `calm` is not there, one below it, one beside it. */
function pipelineAround(wrong: string, header = ""): string {
  return notebookOf([
    "//| loader: load\nconst n = 7;",
    `//| transformer: wrong\n${header}const isCalm = await Deno.stat("calm").catch(() => null);\n` +
    `console.log("going", n);\nif (!isCalm) {\n${wrong}\n}\nconst m = n;`,
    "//| exporter: below\nconsole.log(`below got ${m}`);",
    "//| custom: beside\n//| upstream: [load]\nconsole.log('beside is fine');",
  ]);
}

interface Fault {
  readonly what: string;
  readonly wrong: string;
  readonly header?: string;
  readonly env?: Record<string, string>;
  readonly error: RegExp;
}

const FAULTS: readonly Fault[] = [
  {
    what: "an unhandled rejection",
    wrong:
      "void Promise.reject(new Error('nobody waits'));\nawait new Promise((r) => setTimeout(r, 60_000));",
    error: /cell 2 \(wrong\), line \d+:\d+: nobody waits$/m,
  },
  {
    what: "an error thrown in a timer",
    wrong:
      "setTimeout(() => { throw new Error('too late'); });\nawait new Promise((r) => setTimeout(r, 60_000));",
    error: /cell 2 \(wrong\), line \d+:\d+: too late$/m,
  },
  {
    what: "a busy loop past its timeout",
    wrong: "while (true);",
    header: "//| timeout: 200ms\n",
    error:
      /cell 2 \(wrong\): did not end within its timeout of 200 ms, nor answer after it, .*busy loop/,
  },
  {
    what: "Deno.exit",
    wrong: "Deno.exit(3);",
    error: /the run's process ended: Deno\.exit\(3\) was called by wrong; throw an error/,
  },
  {
    what: "a process that kills itself",
    wrong: 'Deno.kill(Deno.pid, "SIGKILL");',
    error: /the run's process was killed by SIGKILL, not by Sluice/,
  },
  {
    what: "exhausted memory",
    wrong:
      "const held: unknown[] = [];\nwhile (true) held.push(new Array(100_000).fill(held.length + 0.5));",
    env: { DENO_V8_FLAGS: "--max-old-space-size=96" },
    error: /the run's process ran out of memory.*: read large data as a stream/,
  },
];

for (const { what, wrong, header, env = {}, error } of FAULTS) {
  Deno.test(`sluice run records ${what} as the block's failure, and resume goes on`, async () => {
    using project = projectOf({ "notebooks/p.ipynb": pipelineAround(wrong, header) });
    const { code, stdout } = await project.call(["run", "p"], { env });
    assert.equal(code, 1);
    const failed = stdout.split("\n").find((line) => line.startsWith("wrong failed")) ?? stdout;
    assert.match(failed, error);
    assert.match(failed, /p\.ipynb, cell 2 \(wrong\)|memory|killed/);
    assert.match(stdout, /^below did not run: /m);
    assert.doesNotMatch(stdout, /Last few GCs|stack trace/);
    assert.match(stdout, /^load completed/m);
    if (/rejection|timer/.test(what)) assert.match(stdout, /^beside completed/m);
    assert.deepEqual(runProcesses(project.folder), []);
    const run = await latestRun(project);
    assert.equal(run?.status, "failed");

    project.write("calm", "");
    const resumed = await project.call(["resume", run!.id]);
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    assert.match(resumed.stdout, /^load reused: completed before$/m);
    assert.match(resumed.stdout, /^wrong runs again: failed before$/m);
    assert.match(resumed.stdout, /^below │ below got 7$/m);
  });
}

/** What goes on when Ctrl-C comes. */
const INTERRUPTED: readonly (readonly [what: string, code: string])[] = [
  ["a busy loop", "while (true);"],
  ["a wait that hears nothing", "await new Promise((r) => setTimeout(r, 600_000));"],
  ["a query of Postgres", "await postgres().query`select pg_sleep(600)`;"],
  [
    "a query of DuckDB",
    "await sql`select count(*) from range(1000000) a, range(1000000) b where hash(a.range + b.range) = 7`;",
  ],
  [
    "a write to Postgres",
    'await postgres().write(await postgres().scan`select generate_series(1, 2000000000) as n`, "target", { ifExists: "replace" });',
  ],
  [
    "a write of a file",
    'await writeCsv(await postgres().scan`select generate_series(1, 2000000000) as n`, "target.csv", { ifExists: "replace" });',
  ],
  ["a wait before a retry", "throw new Error('again');"],
];

Deno.test("sluice run ends on Ctrl-C whatever goes on, and leaves targets and processes as they were", async (test) => {
  await using db = await testPostgres();
  await db.rows("create table target as select 1 as n");
  for (const [what, code] of INTERRUPTED) {
    await test.step(what, async () => {
      using project = projectOf({
        "io_config.yaml": Deno.readTextFileSync(join(db.folder, "io_config.yaml")),
        "target.csv": "old\n",
        "p.ipynb": notebookOf([
          'import { postgres, sql, writeCsv } from "sluice";',
          `//| custom: go\n//| retry: { attempts: 9, delay: 10m }\nconsole.log("going");\n${code}`,
        ]),
      });
      const process = project.start(["run", "p.ipynb"]);
      await firstLine(process, what.includes("retry") ? /failed at try 1/ : /going/);
      assert.equal(runProcesses(project.folder).length, 1);
      process.kill("SIGINT");
      assert.equal((await process.status).code, 130);
      const run = await latestRun(project);
      assert.equal(run?.status, "cancelled");
      assert.deepEqual(runProcesses(project.folder), []);
      assert.equal(project.read("target.csv"), "old\n");
      assert.deepEqual(await db.rows("select * from target"), [{ n: 1 }]);
      const names = [...Deno.readDirSync(project.folder)].map(({ name }) => name).sort();
      assert.deepEqual(names, [".sluice", "io_config.yaml", "p.ipynb", "target.csv"]);
    });
  }
});

Deno.test("two runs of one pipeline at once keep logs, contexts and outputs apart", async () => {
  const gate = (own: string, other: string) =>
    `await Deno.writeTextFile(${own}, "");\nwhile (!await Deno.stat(${other}).catch(() => null)) await new Promise((r) => setTimeout(r, 5));`;
  using project = projectOf({
    "notebooks/p.ipynb": notebookOf([
      parametersOf('const name = "none";\nconst other = "none";'),
      'import { run, sql, writeCsv, rows } from "sluice";',
      "//| loader: load\nconst made = await sql`select ${name} as name, range as n from range(1000)`;\nconsole.log(`I am ${name} in ${run.id} of ${run.variables.name}`);",
      // Each waits in the middle for the other to come as far.
      `//| transformer: meet\n${
        gate("`../here_${name}`", "`../here_${other}`")
      }\nconst both = made;`,
      "//| exporter: save\nawait writeCsv(both, `../out_${name}.csv`);\nconsole.log(`saved ${name} in ${run.id}`);",
    ]),
  });
  const both = [["a", "b"], ["b", "a"]].map(([name, other]) =>
    project.call(["run", "p", "--json", "--var", `name=${name}`, "--var", `other=${other}`])
  );
  const ended = await Promise.all(both);
  for (const [at, name] of ["a", "b"].entries()) {
    assert.equal(ended[at]!.code, 0, ended[at]!.stdout);
    const { run, blocks } = JSON.parse(ended[at]!.stdout);
    assert.deepEqual(
      blocks.map(({ status }: { status: string }) => status),
      Array(3).fill("completed"),
    );
    const { stdout: logs } = await project.call(["logs", run]);
    assert.ok(logs.includes(`I am ${name} in ${run} of ${name}`), logs);
    assert.ok(logs.includes(`saved ${name} in ${run}`), logs);
    assert.equal(logs.match(/I am|saved/g)?.length, 2);
    const lines = project.read(`out_${name}.csv`).trimEnd().split("\n").slice(1);
    assert.equal(lines.length, 1000);
    assert.ok(lines.every((line) => line.startsWith(`${name},`)));
  }
});

Deno.test("a block's retry succeeds when Postgres was stopped and started during the run", async () => {
  using project = projectOf({
    "io_config.yaml":
      "default:\n  POSTGRES_HOST: embedded\n  POSTGRES_DBNAME: sluice\n  POSTGRES_SCHEMA: public\n",
    "notebooks/p.ipynb": notebookOf([
      'import { postgres, rows, sql } from "sluice";',
      '//| loader: before\nawait postgres().write(await sql`select range::int as n from range(10)`, "kept");\nconst written = 10;',
      "//| transformer: during\n//| retry: { attempts: 5, delay: 100ms }\n" +
      "const [at] = rows(await postgres().query`select current_setting('data_directory') as folder, ${written}::int as n`);\n" +
      "const isFirst = !await Deno.stat('stopped').catch(() => null);\n" +
      "console.log(`server ${at.folder}`);\n" +
      "if (isFirst) await postgres().query`select pg_sleep(600)`;\n" +
      'const [counted] = rows(await postgres().query`select count(*)::int as n from kept`);\nconsole.log("counted", counted.n);',
    ]),
  });
  const process = project.start(["run", "p"]);
  const [, folder] = await firstLine(process, /server (\S+)/);
  const [postmaster] = Deno.readTextFileSync(join(folder!, "postmaster.pid")).split("\n");
  project.write("stopped", "");
  Deno.kill(Number(postmaster), "SIGINT");
  assert.equal((await process.status).code, 0);
  const run = await latestRun(project);
  const { stdout } = await project.call(["logs", run!.id]);
  assert.match(stdout, /counted 10/);
  assert.match(stdout, /try 1 failed: /);
  await until(() => !isAlive(Number(postmaster)), "the stopped server is gone");
  await until(
    () => !existsSync(join(folder!, "postmaster.pid")),
    "the server that took its place is stopped after the run",
  );
  await Deno.remove(dirname(folder!), { recursive: true });
});

Deno.test("sluice run replaces a table with what hangs on it, or names what stands in the way", async () => {
  await using db = await testPostgres();
  await db.rows(`create table target (n int primary key, text text);
    insert into target values (1, 'old');
    create index by_text on target (text);
    create view seen as select n from target;
    create table child (n int references target);
    insert into child values (1);
    grant select on target to public`);
  using project = projectOf({
    "io_config.yaml": Deno.readTextFileSync(join(db.folder, "io_config.yaml")),
    "p.ipynb": notebookOf([
      parametersOf("const least = 1;\nconst extra = 0;"),
      'import { postgres, select, sql } from "sluice";',
      "//| loader: make\nconst all = await sql`select range::int as n, 'new' as text, 1 as more from range(${least}, 5)`;",
      '//| exporter: save\nawait postgres().write(extra ? all : select(all, ["n", "text"]), "target", { ifExists: "replace" });',
    ]),
  });
  const kept = () =>
    db.rows<{ kept: string }>(`select string_agg(kept, ' ' order by kept) as kept from (
      select indexname::text as kept from pg_indexes where tablename = 'target'
      union all select 'seen ' || count(*) from seen
      union all select 'grant ' || count(*) from information_schema.role_table_grants
        where table_name = 'target' and grantee = 'PUBLIC'
      union all select conname from pg_constraint where confrelid = 'target'::regclass and contype = 'f') all_kept`);
  const same = await project.call(["run", "p.ipynb"]);
  assert.equal(same.code, 0, same.stdout);
  const expected = [{ kept: "by_text child_n_fkey grant 1 seen 4 target_pkey" }];
  assert.deepEqual(await kept(), expected);

  const orphaning = await project.call(["run", "p.ipynb", "--var", "least=2"]);
  assert.equal(orphaning.code, 1);
  assert.match(orphaning.stdout, /^save failed .*target.*child/m);
  assert.deepEqual(await kept(), expected);

  const other = await project.call(["run", "p.ipynb", "--var", "extra=1"]);
  assert.equal(other.code, 1);
  assert.match(other.stdout, /^save failed .*target.*seen/m);
  assert.deepEqual(await kept(), expected);
});

function isAlive(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch {
    return false;
  }
}
