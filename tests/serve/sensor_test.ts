/** Sensors under the real server: they hold no worker while they wait, whatever is killed meanwhile. @module */
import assert from "node:assert/strict";
import { notebookOf } from "../compile/notebook_of.ts";
import { projectOf } from "../commands/project_of.ts";
import { runProcesses, until } from "../e2e/watching.ts";
import { mark, startServing, waitFor } from "./serving.ts";

const WAITING = notebookOf([
  'import { until } from "sluice";',
  `//| loader: load\n${mark("loads")}\nconst n = 7;`,
  `//| sensor: wait\n${mark("looks")}\n` +
  'const saw = await until(() => Deno.stat("go").then(() => true, () => false), { every: "300ms" });',
  `//| exporter: below\n${mark("belows")}\nconsole.log(n, saw);`,
]);

const LATE = notebookOf([
  'import { until } from "sluice";',
  '//| sensor: wait\nawait until(() => false, { every: "300ms", timeout: "900ms" });',
]);

const GATED = notebookOf([`//| custom: go\nconsole.log("on");\n${waitFor("gate")}`]);

Deno.test("a waiting sensor holds no worker, and waits on over kill -9 of the server", async () => {
  using project = projectOf({
    "sluice.yaml": "limits: { runs: 1 }\n",
    "notebooks/waiting.ipynb": WAITING,
    "notebooks/late.ipynb": LATE,
    "notebooks/gated.ipynb": GATED,
  });
  await using first = await startServing(project);
  const run = await first.start("waiting");
  await until(async () => (await first.block(run, "wait"))?.wait != null, "the sensor waits");
  const gated = await first.start("gated");
  await until(async () => await first.printed(gated) === "on", "another run has the worker");
  const waiting = await first.run(run);
  assert.equal(waiting.status, "running");
  assert.ok(waiting.dueAt);
  const { stdout: runs } = await project.call(["runs"]);
  assert.match(runs, new RegExp(`^${run} +waiting +· waiting`, "m"));
  const { stdout: logs } = await project.call(["logs", run]);
  assert.match(logs, /^· waiting waiting /);
  assert.match(logs, /^· wait sensor · waiting · looks again at \S+ \S+ UTC$/m);
  assert.match(await first.page(`/runs/${run}`), /· waiting/);
  const { since } = (await first.block(run, "wait"))!.wait!;
  await first.kill("SIGKILL");
  await until(() => runProcesses(project.folder).length === 0, "its process ends with the server");

  await using second = await startServing(project);
  const looks = project.read("looks").length;
  project.write("gate", "");
  assert.equal((await second.ended(gated)).status, "completed");
  await until(() => project.read("looks").length > looks, "the sensor looks again");
  assert.equal((await second.block(run, "wait"))?.wait?.since, since);
  project.write("go", "");
  const ended = await second.ended(run);
  assert.deepEqual(
    ended.blocks.map(({ block, status, attempts }) => [block, status, attempts]),
    [["load", "completed", 1], ["wait", "completed", 1], ["below", "completed", 1]],
  );
  assert.equal(await second.printed(run), "7 true");
  assert.deepEqual([project.read("loads"), project.read("belows")], ["x", "x"]);

  const late = await second.ended(await second.start("late"));
  assert.equal(late.status, "failed");
  assert.match(late.blocks[0]?.error ?? "", /did not come within 900ms/);
});
