/** Runs of the command line whose end another process asks for. @module */
import assert from "node:assert/strict";
import { projectOf } from "../commands/project_of.ts";
import { notebookOf } from "../compile/notebook_of.ts";
import { openStore } from "../../runtime/store/open_store.ts";
import { firstLine, runProcesses } from "./watching.ts";

const GOING: readonly (readonly [what: string, code: string])[] = [
  ["is in a busy loop", "while (true);"],
  [
    "waits for a query",
    "await sql`select count(*) from range(1000000) a, range(1000000) b where hash(a.range + b.range) = 7`;",
  ],
  ["waits as a sensor", 'await until(() => false, { every: "1h" });'],
];

for (const [what, code] of GOING) {
  Deno.test(`sluice run ends when it is cancelled from elsewhere, though it ${what}`, async () => {
    using project = projectOf({
      "notebooks/p.ipynb": notebookOf([
        'import { sql, until } from "sluice";',
        `//| sensor: go\nconsole.log("going");\n${code}`,
      ]),
    });
    const process = project.start(["run", "p"]);
    await firstLine(process, /going/);
    const store = openStore(project.folder);
    const [run] = await store.listRuns();
    assert.equal(await store.cancelRun(run!.id), "asked");
    assert.equal((await process.status).code, 130);
    assert.equal((await store.findRun(run!.id))?.status, "cancelled");
    const [block] = await store.listBlockRuns(run!.id);
    assert.equal(block?.status, "cancelled");
    assert.deepEqual(runProcesses(project.folder), []);
    store.close();
  });
}

Deno.test("sluice resume goes on with a run whose end was asked for", async () => {
  using project = projectOf({
    "notebooks/p.ipynb": notebookOf([
      "//| custom: go\nconsole.log(\"going\");\nwhile (!await Deno.stat('go').catch(() => null)) await new Promise((r) => setTimeout(r, 5));",
    ]),
  });
  const process = project.start(["run", "p"]);
  await firstLine(process, /going/);
  const store = openStore(project.folder);
  const [run] = await store.listRuns();
  await store.cancelRun(run!.id);
  await process.status;
  project.write("go", "");
  const resumed = await project.call(["resume", run!.id]);
  assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
  store.close();
});
