import assert from "node:assert/strict";
import { BROKEN, FAILING, SMALL } from "./notebooks.ts";
import { projectOf } from "./project_of.ts";

/** Run ids and times differ from run to run: they are replaced to compare the rest exactly. */
function settled(text: string): string {
  return text.replaceAll(/\b\d{8}-\d{6}-\w{5}\b/g, "RUN")
    .replaceAll(/\b\d+(\.\d+)? (ms|s)\b/g, "TIME");
}

Deno.test("sluice run writes plain lines into a pipe", async () => {
  using project = projectOf({ "notebooks/small.ipynb": SMALL });
  const { code, stdout, stderr } = await project.call([
    "run",
    "small",
    "--var",
    "word=two words=2",
  ]);
  assert.equal(
    settled(stdout),
    [
      "run RUN of small started",
      "load started",
      "load │ loaded two words=2",
      "load completed in TIME",
      "add started",
      "add check passed: a sum",
      "add completed in TIME",
      "tell started",
      "tell │ sum 6",
      "tell completed in TIME",
      "run RUN completed in TIME\n",
    ].join("\n"),
  );
  assert.deepEqual([code, stderr], [0, ""]);
});

Deno.test("sluice run --json prints one object and nothing else", async () => {
  using project = projectOf({ "notebooks/small.ipynb": SMALL });
  const { code, stdout, stderr } = await project.call(["run", "small", "--json"]);
  assert.deepEqual([code, stderr, stdout.split("\n").length], [0, "", 2]);
  const result = JSON.parse(stdout);
  assert.deepEqual(Object.keys(result), ["run", "pipeline", "status", "ms", "blocks"]);
  assert.deepEqual([result.pipeline, result.status], ["small", "completed"]);
  const [, add] = result.blocks;
  assert.ok(add.ms >= 0);
  assert.deepEqual({ ...add, ms: 0 }, {
    name: "add",
    kind: "transformer",
    status: "completed",
    ms: 0,
    attempts: 1,
    rows: null,
    checks: [{ name: "a sum", passed: true }],
  });
});

Deno.test("sluice run by path from another folder, under a name that the project does not know", async () => {
  using project = projectOf({ "else where/own.ipynb": SMALL });
  const { code, stdout } = await project.call(["run", "own.ipynb", "--json"], {
    from: "else where",
  });
  assert.deepEqual([code, JSON.parse(stdout).status], [0, "completed"]);
  assert.ok(project.read(".sluice/history.db").length > 0, "the state lies in the project");
});

Deno.test("sluice run of a failing pipeline points at the notebook's line, exits 1, and resumes", async () => {
  using project = projectOf({ "notebooks/failing.ipynb": FAILING });
  const failed = await project.call(["run", "failing"]);
  assert.equal(failed.code, 1);
  const lines = settled(failed.stdout).split("\n");
  const place = "notebooks/failing.ipynb, cell 3 (parse), line 3:20";
  const at = lines.findIndex((line) =>
    line.startsWith(`parse failed in TIME: ${place}: SyntaxError: `)
  );
  assert.deepEqual(lines.slice(at + 1, at + 3), [
    "  3 │ const value = JSON.parse(text);",
    "    │                    ^",
  ]);
  assert.deepEqual(lines.slice(-5), [
    "tell did not run: upstream parse failed",
    "run RUN failed in TIME",
    "what it printed: deno task logs RUN",
    "to go on from there: deno task resume RUN",
    "",
  ]);

  const [run] = JSON.parse((await project.call(["runs", "--json"])).stdout);
  const resumed = await project.call(["resume", run.run.slice(-5), "--var", "text=[1]"]);
  assert.equal(resumed.code, 0);
  assert.deepEqual(settled(resumed.stdout).split("\n").slice(0, 5), [
    "run RUN of failing resumed",
    "load reused: completed before",
    "parse runs again: failed before",
    "tell runs again: its upstream failed before",
    "other reused: completed before",
  ]);
  const again = await project.call(["resume", run.run]);
  assert.deepEqual(again, {
    code: 2,
    stdout: "",
    stderr: `Cannot resume ${run.run}: it completed; start anew with deno task run failing\n`,
  });
});

Deno.test("sluice run --block runs one block on what was kept, or its upstream too", async () => {
  using project = projectOf({ "notebooks/small.ipynb": SMALL });
  const alone = await project.call(["run", "small", "--block", "add"]);
  assert.equal(alone.code, 2);
  assert.match(alone.stderr, /^Cannot run add by itself: .*--upstream\n$/);
  const above = await project.call(["run", "small", "--block", "add", "--upstream", "--json"]);
  assert.deepEqual(JSON.parse(above.stdout).blocks.map((block: { name: string }) => block.name), [
    "load",
    "add",
  ]);
  const kept = await project.call(["run", "small", "--block", "add", "--json"]);
  assert.deepEqual([kept.code, JSON.parse(kept.stdout).blocks.length], [0, 1]);
});

const REFUSED: readonly (readonly [args: readonly string[], stderr: RegExp])[] = [
  [["--var", "frist=2"], /^Cannot set frist: small has no such parameter; .*`?first`?.*\n$/],
  [["--var", "first=many"], /^Cannot set first to "many": expected a number, as its default is\n$/],
  [["--block", "ad"], /^Cannot run block ad: small has no such block; .*`?add`?.*\n$/],
  [
    ["--profile", "de"],
    /^Cannot use profile de: io_config\.yaml has no such profile; .*`?dev`?.*\n$/,
  ],
  [["--execution-date", "soon"], /^Cannot read the execution date "soon": .*2024-03-01.*\n$/],
];

Deno.test("sluice run refuses what it cannot be given before anything starts", async (test) => {
  using project = projectOf({
    "notebooks/small.ipynb": SMALL,
    "io_config.yaml": "dev:\n  POSTGRES_HOST: embedded\n",
  });
  const finished = await project.callEach(
    REFUSED.flatMap(([args]) => [["run", "small", ...args], ["runs", "--json"]]),
  );
  for (const [at, [args, stderr]] of REFUSED.entries()) {
    await test.step(args.join(" "), () => {
      const [refused, runs] = finished.slice(2 * at);
      assert.match(refused!.stderr, stderr);
      assert.deepEqual([refused!.code, refused!.stdout, runs!.stdout], [2, "", "[]\n"]);
    });
  }
});

Deno.test("sluice run with a value that only the run can judge fails before any block", async () => {
  const source = SMALL.replace("const first = 1", "const first = Number(1)");
  assert.notEqual(source, SMALL);
  using project = projectOf({ "notebooks/small.ipynb": source });
  const { code, stdout } = await project.call(["run", "small", "--var", "first=many"]);
  assert.equal(code, 1);
  assert.match(stdout, /^run \S+ failed in .*first.*many/m);
});

Deno.test("sluice run of a notebook that does not compile shows every place and exits 2", async () => {
  using project = projectOf({ "notebooks/broken.ipynb": BROKEN });
  const { code, stdout, stderr } = await project.call(["run", "broken", "--json"]);
  assert.deepEqual([code, stdout], [2, ""]);
  assert.match(
    stderr,
    /^notebooks\/broken\.ipynb, cell 2 \(add\), line 2:13: .*nubmers.*numbers.*\n {2}2 │ const sum = nubmers\.length;\n {4}│ {13}\^\n$/,
  );
});

Deno.test("sluice run takes variables of sluice.yaml, below those on the command line", async () => {
  using project = projectOf({
    "notebooks/small.ipynb": SMALL,
    "sluice.yaml": "variables: { word: from the project, unknown: 1 }\n",
  });
  const { stdout } = await project.call(["run", "small"]);
  assert.match(stdout, /loaded from the project$/m);
  const given = await project.call(["run", "small", "--var", "word=given"]);
  assert.match(given.stdout, /loaded given$/m);
});

Deno.test("sluice run tells of a problem in sluice.yaml before it runs", async () => {
  using project = projectOf({ "notebooks/small.ipynb": SMALL, "sluice.yaml": "variabels: {}\n" });
  const { code, stderr } = await project.call(["run", "small"]);
  assert.equal(code, 2);
  assert.match(
    stderr,
    /sluice\.yaml, line 1:1: unknown key `variabels`; did you mean `variables`\?/,
  );
});
