import assert from "node:assert/strict";
import { notebookOf } from "../compile/notebook_of.ts";
import { BROKEN, FAILING, SMALL } from "./notebooks.ts";
import { projectOf } from "./project_of.ts";

Deno.test("sluice list shows pipelines, their last run, and which do not compile", async () => {
  using project = projectOf({
    "notebooks/small.ipynb": SMALL,
    "notebooks/deep/failing.ipynb": FAILING,
    "notebooks/broken.ipynb": BROKEN,
  });
  assert.equal((await project.call(["run", "failing", "--json"])).code, 1);
  const { code, stdout } = await project.call(["list"]);
  assert.equal(code, 0);
  assert.deepEqual(
    stdout.replace(/\d{4}-\d\d-\d\d \d\d:\d\d/, "MOMENT").split("\n"),
    [
      "PIPELINE  BLOCKS  LAST RUN         DESCRIPTION",
      "broken            never            does not compile: deno task check",
      "failing        4  ✗ failed MOMENT",
      "small          3  never            Adds numbers up.",
      "",
    ].map((line) =>
      line.replace("LAST RUN         ", "LAST RUN                   ")
        .replace("never            ", "never                      ")
    ),
  );
  const listed = JSON.parse((await project.call(["list", "--json"], { from: "notebooks" })).stdout);
  assert.deepEqual(listed.map((one: { notebook: string }) => one.notebook), [
    "broken.ipynb",
    "deep/failing.ipynb",
    "small.ipynb",
  ]);
  assert.deepEqual(listed[2], {
    pipeline: "small",
    notebook: "small.ipynb",
    description: "Adds numbers up. In three blocks.",
    blocks: 3,
    lastRun: null,
  });
});

Deno.test("sluice list of an empty project says how to begin", async () => {
  using project = projectOf();
  assert.deepEqual(await project.call(["list"]), {
    code: 0,
    stdout: "No pipelines in notebooks/ yet: deno task new <pipeline>\n",
    stderr: "",
  });
});

Deno.test("sluice runs lists the latest first, of one pipeline or of all", async () => {
  using project = projectOf({
    "notebooks/failing.ipynb": FAILING,
    "notebooks/other.ipynb": FAILING,
  });
  assert.equal((await project.call(["runs"])).stdout, "No runs yet: deno task run <pipeline>\n");
  const date = ["--execution-date", "2021-01-31T06:00[Europe/Berlin]"];
  await project.call(["run", "failing", "--json", "--var", "text=1", ...date]);
  await project.call(["run", "other", "--json"]);
  const { stdout } = await project.call(["runs"]);
  const [head = "", first = "", second = ""] = stdout.split("\n");
  assert.match(head, /^RUN +PIPELINE +STATUS +STARTED \(UTC\) +TOOK +EXECUTION DATE$/);
  assert.match(first, /^\d{8}-\S+ +other +✗ failed +\d{4}-.* ms +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  assert.match(second, /^\d{8}-\S+ +failing +✓ completed .* 2021-01-31 06:00:00 Europe\/Berlin$/);
  assert.equal((await project.call(["runs", "--limit", "1"])).stdout.split("\n").length, 3);
  const [run, ...rest] = JSON.parse((await project.call(["runs", "failing", "--json"])).stdout);
  assert.deepEqual([run.pipeline, run.status, rest.length], ["failing", "completed", 0]);
});

Deno.test("sluice logs shows a run's blocks, what they printed, and errors with their stacks", async () => {
  using project = projectOf({ "notebooks/failing.ipynb": FAILING });
  const { run } = JSON.parse((await project.call(["run", "failing", "--json"])).stdout);
  const latest = await project.call(["logs"]);
  const byPrefix = await project.call(["logs", run.slice(0, -1)]);
  assert.equal(latest.code, 0);
  assert.equal(byPrefix.stdout, latest.stdout);
  const parts = latest.stdout.replaceAll(/\d+(\.\d+)? m?s\b/g, "TIME").split("\n\n");
  assert.match(
    parts[0] ?? "",
    new RegExp(`^✗ failed failing ${run}\\n  started .* UTC · took TIME · peak `),
  );
  assert.equal(parts[1], "✓ load loader · TIME");
  assert.match(
    parts[2] ?? "",
    /^✗ parse transformer · failed · TIME\n {2}│ 3\n {2}notebooks.*line 3:20: SyntaxError.*\n {4}3 │ .*\n {6}│ {20}\^\n {6}at parse \(/,
  );
  assert.deepEqual(parts.slice(3), [
    "– tell exporter · upstream parse failed",
    "✓ other custom · TIME\n  │ fine\n",
  ]);
  const block = await project.call(["logs", run, "--block", "other"]);
  assert.match(block.stdout, /^✓ other custom · .*\n {2}│ fine\n$/);
});

Deno.test("sluice logs of an unknown run or block hints at what there is", async () => {
  using project = projectOf({ "notebooks/failing.ipynb": FAILING });
  const { run } = JSON.parse((await project.call(["run", "failing", "--json"])).stdout);
  const cases: readonly (readonly [args: readonly string[], stderr: string])[] = [
    [["logs", "failing"], `Cannot find run failing; the latest run of failing is ${run}\n`],
    [
      ["logs", "zz"],
      `Cannot find run zz; the latest is ${run} of failing, and \`deno task runs\` lists more\n`,
    ],
    [
      ["logs", `${run.slice(0, -1)}_`],
      `Cannot find run ${run.slice(0, -1)}_; did you mean \`${run}\`?\n`,
    ],
    [
      ["logs", run, "-b", "parze"],
      `Cannot find block parze in run ${run}; did you mean \`parse\`?\n`,
    ],
  ];
  const finished = await project.callEach(cases.map(([args]) => args));
  assert.deepEqual(finished, cases.map(([, stderr]) => ({ code: 2, stdout: "", stderr })));
});

Deno.test("sluice clean removes what can be made again, and outputs when asked", async () => {
  using project = projectOf({ "notebooks/failing.ipynb": FAILING });
  const { run } = JSON.parse((await project.call(["run", "failing", "--json"])).stdout);
  assert.match((await project.call(["clean"])).stdout, /^Removed [1-9]\d* files?, \d+.*B\n$/);
  assert.throws(() => project.read(".sluice/compiled"));
  assert.match(
    (await project.call(["clean", "--outputs"])).stdout,
    /, and the outputs of all runs\n$/,
  );
  const resumed = await project.call(["resume", run, "--var", "text=1"]);
  assert.equal(resumed.code, 0);
  assert.match(resumed.stdout, /^load runs again: its outputs were not kept$/m);
  assert.equal((await project.call(["clean", "--outputs"])).code, 0);
});

Deno.test("sluice logs shows what blocks have shown, below what they printed", async () => {
  const cells = [
    'import { each, show, tableFromRows } from "sluice";',
    `//| loader: load
show(tableFromRows([{ port: "Cork" }]), { title: "the ports" });
console.log("printed");
await each([7], (n) => show(\`seven is \${n}\`));`,
  ];
  using project = projectOf({ "notebooks/shown.ipynb": notebookOf(cells) });
  assert.equal((await project.call(["run", "shown"])).code, 0);
  const { stdout } = await project.call(["logs", "--block", "load"]);
  assert.match(
    stdout,
    /\n {2}│ printed\n {2}▦ the ports\n(?: {2}▦ .*\n)* {2}▦ .*Cork.*\n(?:.*\n)* {2}\[0\] ▦ seven is 7\n/,
  );
});
