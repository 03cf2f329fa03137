import assert from "node:assert/strict";
import { removePast } from "../../runtime/trigger/retention.ts";
import { DEFAULT_SETTINGS, type Settings } from "../../runtime/trigger/settings.ts";
import { FakeClock, TestProject } from "./project.ts";

const forever = { ageMs: undefined, count: undefined, bytes: undefined };

function removeFrom(project: TestProject, kept: Partial<Settings["retention"]>) {
  const retention = { ...DEFAULT_SETTINGS.retention, outputs: forever, ...kept };
  const clock = new FakeClock(100_000);
  const { folder: projectFolder, store } = project;
  return removePast({ projectFolder, store, clock, retention: () => retention });
}

async function idsOf({ store }: TestProject): Promise<string[]> {
  return (await store.listRuns({ limit: 1000 })).map(({ id }) => id).sort();
}

Deno.test("removePast() removes runs past an age with all that is theirs, but none that goes on", async () => {
  await using project = new TestProject();
  await project.addRun("old", { status: "completed", at: 10_000 });
  await project.addRun("going", { at: 10_000 });
  await project.addRun("new", { status: "failed", at: 60_000 });
  await project.write(".sluice/outputs/old/load.json", "{}");
  const removed = await removeFrom(project, { runs: { ageMs: 50_000, count: undefined } });
  assert.deepEqual(removed, { runs: 1, logLines: 0, outputs: 0 });
  assert.deepEqual(await idsOf(project), ["going", "new"]);
  assert.deepEqual(await project.store.listLogs("old"), []);
  await assert.rejects(() => Deno.stat(`${project.folder}/.sluice/outputs/old`));
});

Deno.test("removePast() keeps the newest of each pipeline, in batches however many there are", async () => {
  await using project = new TestProject();
  for (let at = 0; at < 120; at++) {
    await project.addRun(`taxi_${at}`, { status: "completed", at: 1000 + at });
  }
  await project.addRun("other", { pipeline: "other", status: "completed", at: 1 });
  const removed = await removeFrom(project, { runs: { ageMs: undefined, count: 2 } });
  assert.equal(removed.runs, 118);
  assert.deepEqual(await idsOf(project), ["other", "taxi_118", "taxi_119"]);
});

Deno.test("removePast() removes outputs beyond a size, and never what a resume or one block may need", async () => {
  await using project = new TestProject();
  const runs = ["taxi_0", "failed", "taxi_1", "going", "rare", "taxi_2", "taxi_3"];
  for (const [at, id] of runs.entries()) {
    const status = id === "failed" ? "failed" : id === "going" ? undefined : "completed";
    const pipeline = id === "rare" ? "rare" : "taxi";
    await project.addRun(id, { pipeline, at, ...(status ? { status } : {}), outputBytes: 100 });
    await project.write(`.sluice/outputs/${id}/load/trips.arrow`, "");
  }
  const left = () =>
    [...Deno.readDirSync(`${project.folder}/.sluice/outputs`)].map(({ name }) => name).sort();
  const removed = await removeFrom(project, { outputs: { ...forever, bytes: 350 } });
  assert.deepEqual(removed, { runs: 0, logLines: 0, outputs: 2 });
  assert.deepEqual(left(), ["failed", "going", "rare", "taxi_2", "taxi_3"]);
  await removeFrom(project, { outputs: { ...forever, bytes: 1 } });
  assert.deepEqual(left(), ["failed", "going", "rare", "taxi_3"]);
  assert.equal((await idsOf(project)).length, runs.length);
});

Deno.test("removePast() removes logs past an age, and leaves their runs", async () => {
  await using project = new TestProject();
  await project.addRun("old", { status: "completed", at: 10_000 });
  await project.addRun("new", { status: "completed", at: 60_000 });
  const removed = await removeFrom(project, { logs: { ageMs: 50_000, count: undefined } });
  assert.deepEqual(removed, { runs: 0, logLines: 1, outputs: 0 });
  assert.deepEqual(await idsOf(project), ["new", "old"]);
  assert.equal((await project.store.listLogs("new")).length, 1);
});
