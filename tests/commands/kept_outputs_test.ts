/** How long the outputs of command-line runs stay, by sluice.yaml. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { notebookOf } from "../compile/notebook_of.ts";
import { type Project, projectOf } from "./project_of.ts";

/** Twelve megabytes of outputs, and a block that fails while there is a file `broken`. */
const NOTEBOOK = notebookOf([
  'const rows = "x".repeat(12_000_000);',
  "//| loader: load\nconst text = rows;",
  '//| custom: use\nif (await Deno.stat("broken").catch(() => null)) throw new Error(`broken after ${text.length}`);',
]);

function runsWithOutputs(project: Project): string[] {
  return [...Deno.readDirSync(join(project.folder, ".sluice/outputs"))].map(({ name }) => name)
    .sort();
}

Deno.test("sluice run keeps outputs as sluice.yaml says, what a resume needs whatever it says", async () => {
  using project = projectOf({ "notebooks/p.ipynb": NOTEBOOK });
  const run = async () => {
    const { stdout } = await project.call(["run", "p", "--json"]);
    return JSON.parse(stdout).run as string;
  };
  const first = await run();
  project.write("broken", "");
  const failed = await run();
  Deno.removeSync(join(project.folder, "broken"));
  const third = await run();
  assert.deepEqual(runsWithOutputs(project), [first, failed, third].sort());

  // Two runs' outputs are too many, and one of them is wanted yet.
  project.write("sluice.yaml", "retention: { outputs: { size: 20MB } }\n");
  const fourth = await run();
  assert.deepEqual(runsWithOutputs(project), [failed, fourth].sort());

  const resumed = await project.call(["resume", failed]);
  assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
  assert.match(resumed.stdout, /^load reused: completed before$/m);
  assert.deepEqual(runsWithOutputs(project), [fourth], "it has completed, and is not the newest");

  project.write("sluice.yaml", "retention: { outputs: { count: 1 } }\n");
  const fifth = await run();
  assert.deepEqual(runsWithOutputs(project), [fifth]);
});

/** Twelve megabytes of outputs; the second block ends when nothing else is left there but its own run's. */
const WAITING = notebookOf([
  "//| loader: load\nconst text = 'x'.repeat(12_000_000);",
  `//| custom: wait
//| timeout: 20s
while ([...Deno.readDirSync(".sluice/outputs")].length > 1 + text.indexOf("x")) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}`,
]);

Deno.test("sluice run removes the outputs past keeping while it goes on, and not after", async () => {
  using project = projectOf({
    "notebooks/p.ipynb": WAITING,
    "sluice.yaml": "retention: { outputs: { count: 1 } }\n",
  });
  for (let run = 0; run < 2; run++) {
    const { code, stdout, stderr } = await project.call(["run", "p"]);
    assert.equal(code, 0, stdout + stderr);
  }
});
