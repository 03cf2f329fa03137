/** What the next server does with the runs of one that was killed, and what two that are up do not do. @module */
import assert from "node:assert/strict";
import { notebookOf } from "../compile/notebook_of.ts";
import { BUSY } from "../commands/notebooks.ts";
import { projectOf } from "../commands/project_of.ts";
import { runProcesses, until } from "../e2e/watching.ts";
import { openDispatcher } from "../../runtime/dispatch/dispatcher.ts";
import { openStore } from "../../runtime/store/open_store.ts";
import { mark, startServing, waitFor } from "./serving.ts";

const GATED = notebookOf([
  'import { run } from "sluice";',
  `//| loader: load\n${mark("loads")}\nconst n = 7;`,
  `//| custom: wait\n${waitFor("gate")}\nconsole.log("ends", n);`,
]);

/** Leaves a letter in a file of its run's own, whatever folder its process stands in. */
const markingIn = (folder: string) =>
  notebookOf([
    'import { run } from "sluice";',
    `//| custom: go\nawait Deno.writeTextFile(\`${folder}/ran_\${run.id}\`, "x", { append: true });`,
  ]);

const TRIGGERS = `triggers:
  resuming: { pipeline: gated, enabled: false, api: {} }
  failing: { pipeline: gated, enabled: false, api: {}, lost: fail }
  spinning: { pipeline: busy, enabled: false, api: {}, lost: fail }
`;

Deno.test("after kill -9 of the server its runs are resumed, or failed by their trigger's policy", async () => {
  using project = projectOf({
    "notebooks/gated.ipynb": GATED,
    "notebooks/busy.ipynb": BUSY,
    "triggers.yaml": TRIGGERS,
  });
  await using first = await startServing(project);
  const runs: string[] = [];
  for (const trigger of ["resuming", "failing"]) {
    runs.push((await first.post(`/api/triggers/${trigger}/fire`)).run);
  }
  const [resumed, failed] = runs as [string, string];
  for (const run of runs) {
    await until(async () => {
      const { blocks } = await first.run(run);
      return blocks[0]?.hasSavedOutputs === true && blocks[1]?.status === "running";
    }, "the second block goes on, and the first is saved");
  }
  const { run: spinning } = await first.post("/api/triggers/spinning/fire");
  await until(async () => await first.printed(spinning) !== "", "a loop goes on");
  const orphans = runProcesses(project.folder);
  assert.ok(orphans.length >= 3);
  await first.kill("SIGKILL");

  // Before it listens the next one has seen to all of them: this is the first answer it gives.
  await using second = await startServing(project);
  for (const run of [failed, spinning]) {
    const lost = await second.run(run);
    assert.equal(lost.status, "failed");
    assert.match(lost.error ?? "", /gave no heartbeat any more: it was killed/);
  }
  assert.notEqual((await second.run(resumed)).status, "failed");
  await until(() => {
    const alive = new Set(runProcesses(project.folder));
    return !orphans.some((pid) => alive.has(pid));
  }, "no process of the killed server goes on");
  project.write("gate", "");
  const ended = await second.ended(resumed);
  assert.equal(ended.status, "completed");
  assert.deepEqual(ended.blocks.map(({ attempts }) => attempts), [1, 2]);
  assert.equal(project.read("loads"), "xx", "each run loaded once");
  assert.equal(await second.printed(resumed), "ends 7");
});

Deno.test("a server, a command and another dispatcher on one project run no run twice", async () => {
  using project = projectOf({ "notebooks/gated.ipynb": GATED });
  project.write("notebooks/marking.ipynb", markingIn(project.folder));
  await using server = await startServing(project);
  const going = await server.start("gated");
  await until(async () => (await server.block(going, "wait"))?.status === "running", "it goes on");
  const refused = await project.call(["resume", going]);
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, new RegExp(`${going}: it `));

  const store = openStore(project.folder);
  const dispatcher = await openDispatcher({ projectFolder: project.folder, store });
  const accepted = await Promise.all(
    Array.from(
      { length: 12 },
      async (_, at) =>
        at % 2 === 0
          ? await server.start("marking")
          : (await dispatcher.accept({ pipeline: "marking" })).run,
    ),
  );
  for (const run of accepted) {
    assert.equal((await dispatcher.ended(run)).status, "completed");
    assert.equal(project.read(`ran_${run}`), "x", `${run} ran once`);
  }
  await dispatcher.close();
  store.close();
  project.write("gate", "");
  assert.equal((await server.ended(going)).status, "completed");
  assert.equal(project.read("loads"), "x");
});
