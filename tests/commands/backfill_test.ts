import assert from "node:assert/strict";
import { notebookOf, parametersOf } from "../compile/notebook_of.ts";
import { until } from "../e2e/watching.ts";
import { isRunning } from "./going.ts";
import { SLEEPING } from "./notebooks.ts";
import { projectOf } from "./project_of.ts";

const DATED = notebookOf([
  parametersOf('const city = "Oslo";'),
  '//| loader: load\nimport { run } from "sluice";\n' +
  "console.log(`${city} ${run.executionDate.toPlainDate()}`);",
]);

const EVEN_DAYS_FAIL = notebookOf([
  '//| loader: load\nimport { run } from "sluice";\n' +
  'if (run.executionDate.day % 2 === 0) throw new Error("an even day");',
]);

const WEEK = ["--start", "2024-01-12", "--end", "2024-01-19", "--interval", "1", "--unit", "day"];

Deno.test("sluice backfill makes one completed run of each date, and backfills lists it", async () => {
  using project = projectOf({ "notebooks/example.ipynb": DATED });
  const { code, stdout, stderr } = await project.call([
    ...["backfill", "example", ...WEEK, "--var", "city=Bergen", "--name", "a week"],
  ]);
  assert.equal(code, 0, stderr);
  const days = stdout.match(/^✓ 2024-01-\d\d 00:00:00 {2}example {2}completed · /gm) ?? [];
  assert.deepEqual(
    days.map((line) => line.slice(10, 12)).sort(),
    ["12", "13", "14", "15", "16", "17", "18", "19"],
  );
  assert.match(stdout, /^Backfill \S+: 8 runs, 8 completed$/m);
  const runs = JSON.parse((await project.call(["runs", "--json"])).stdout);
  assert.equal(runs.length, 8);
  assert.match((await project.call(["logs", runs[0].run])).stdout, /Bergen 2024-01-1\d/);

  const listed = await project.call(["backfills"]);
  assert.match(
    listed.stdout,
    /^\S+ +a week +example +✓ completed +8 completed +\d{4}-.* \S+ m?s$/m,
  );
  const [row] = JSON.parse((await project.call(["backfills", "--json"])).stdout);
  assert.deepEqual([row.name, row.status, row.counts.completed], ["a week", "completed", 8]);
});

Deno.test("sluice backfill takes a path, tells which dates failed, and exits with 1", async () => {
  using project = projectOf({ "elsewhere/odd.ipynb": EVEN_DAYS_FAIL });
  const args = ["backfill", "odd.ipynb", "--start", "2024-01-12", "--end", "2024-01-13"];
  const { code, stdout, stderr } = await project.call(args, { from: "elsewhere" });
  assert.equal(code, 1, stderr);
  assert.match(stdout, /^✗ 2024-01-12 00:00:00 {2}odd {2}failed .*an even day/m);
  assert.match(stdout, /^✓ 2024-01-13 00:00:00 {2}odd {2}completed/m);

  const json = await project.call([...args, "--json"], { from: "elsewhere" });
  const { status, runs } = JSON.parse(json.stdout);
  assert.deepEqual([json.code, status, runs.length], [1, "failed", 2]);
});

Deno.test("sluice backfill --preview prints the dates and runs nothing", async () => {
  using project = projectOf({ "notebooks/example.ipynb": DATED });
  const args = ["--start", "2024-01-31", "--end", "2024-03-31", "--unit", "month", "--preview"];
  const { code, stdout } = await project.call(["backfill", "example", ...args]);
  assert.equal(code, 0);
  assert.equal(stdout, "2024-01-31 00:00:00\n2024-02-29 00:00:00\n2024-03-31 00:00:00\n");
  assert.equal((await project.call(["backfills"])).stdout.split(":")[0], "No backfills yet");
});

Deno.test("sluice backfill on Ctrl-C cancels its runs and begins no more", async () => {
  using project = projectOf({ "notebooks/sleeping.ipynb": SLEEPING });
  const process = project.start(["backfill", "sleeping", ...WEEK, "--at-once", "1"]);
  const output = process.output();
  await until(() => isRunning(project), "its first run goes on");
  process.kill("SIGINT");
  const { code, stdout } = await output;
  assert.equal(code, 130);
  assert.match(new TextDecoder().decode(stdout), /^Backfill \S+: 8 runs, 8 cancelled$/m);
});

const WRONG: readonly (readonly [args: readonly string[], message: RegExp])[] = [
  [["example", "--start", "2024-01-12"], /Required option '--end <date>' not specified/],
  [["exmaple", ...WEEK], /Cannot find pipeline exmaple; did you mean `example`\?/],
  [["example", "--start", "2024-03-02", "--end", "2024-03-01"], /start 2024-03-02 is after end/],
  [["example", "--start", "soon", "--end", "2024-03-01"], /the start is "soon"; give a date/],
  [["example", ...WEEK.slice(0, -1), "fortnight"], /'fortnight' is invalid/],
  [["example", ...WEEK, "--var", "cty=Oslo"], /Cannot set cty: example has no such/],
];

Deno.test("sluice backfill refuses what it cannot be given", async (test) => {
  using project = projectOf({ "notebooks/example.ipynb": DATED });
  const finished = await project.callEach(WRONG.map(([args]) => ["backfill", ...args]));
  for (const [at, [args, message]] of WRONG.entries()) {
    await test.step(args.join(" "), () => {
      const { code, stderr } = finished[at]!;
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
    });
  }
});
