import assert from "node:assert/strict";
import {
  type BackfillOptions,
  cancelBackfill,
  continueBackfills,
  retryBackfill,
  startBackfill,
} from "../../runtime/trigger/backfill.ts";
import { planBackfill } from "../../runtime/trigger/backfill_dates.ts";
import { dispatched, waitFor } from "../dispatch/dispatched.ts";
import { until } from "./project.ts";

const week = { start: "2024-01-12", end: "2024-01-19" };
const trivial = { taxi: ['//| loader: load\nimport { run } from "sluice";\nconst n = 1;'] };

type Options = BackfillOptions & { readonly store: { findBackfill: unknown } };

async function ended(id: string, { store }: Pick<Options, "store">): Promise<string> {
  let status = "running";
  await until(async () => (status = (await store.findBackfill(id))?.status ?? "") !== "running");
  return status;
}

Deno.test("startBackfill() makes one run of each date, and all complete", async () => {
  await using project = await dispatched(trivial);
  const options = { ...project, projectFolder: project.folder };
  const id = await startBackfill({ pipeline: "taxi", ...week }, options);
  assert.equal(await ended(id, options), "completed");
  const runs = await project.store.listRuns({ backfill: id });
  const days = runs.map(({ executionDate }) => executionDate.slice(0, 10)).sort();
  assert.deepEqual(days, [12, 13, 14, 15, 16, 17, 18, 19].map((day) => `2024-01-${day}`));
  assert.equal((await project.store.findBackfill(id))?.counts.completed, 8);
});

Deno.test("startBackfill() runs at most so many at once", async () => {
  const code = `//| loader: load\nimport { run } from "sluice";
await Deno.writeTextFile("@/begun_" + run.id, "");\n${waitFor("go")}\nconst n = 1;`;
  await using project = await dispatched({ taxi: [code] });
  const options = { ...project, projectFolder: project.folder };
  const id = await startBackfill({ pipeline: "taxi", ...week, atOnce: 2 }, options);
  const begun = () =>
    [...Deno.readDirSync(project.folder)].filter(({ name }) => name.startsWith("begun_")).length;
  await until(() => begun() === 2);
  assert.equal((await project.store.findBackfill(id))?.counts.running, 2);
  assert.equal(begun(), 2);
  project.write("go", "");
  assert.equal(await ended(id, options), "completed");
});

Deno.test("startBackfill() accepts more dates than go into one transaction; cancelBackfill() ends all", async () => {
  const code = `//| loader: load\n${waitFor("never")}\nconst n = 1;`;
  await using project = await dispatched({ taxi: [code] });
  const options = { ...project, projectFolder: project.folder };
  const minutes = { start: "2024-01-12T00:00", end: "2024-01-12T09:59", unit: "minute" } as const;
  const id = await startBackfill({ pipeline: "taxi", ...minutes, atOnce: 1 }, options);
  const dates = await project.store.listBackfillDates(id);
  assert.equal(new Set(dates.map(({ run }) => run)).size, 600);
  await until(() => project.dispatcher.counts().running === 1);
  assert.equal(project.dispatcher.counts().queued, 599);
  await cancelBackfill(id, options);
  const { status, counts } = (await project.store.findBackfill(id))!;
  assert.deepEqual([status, counts.cancelled], ["cancelled", 600]);
});

Deno.test("retryBackfill() runs the failed dates again, and no others", async () => {
  const code = `//| loader: load\nimport { run } from "sluice";
const mended = await Deno.stat("@/mended").then(() => true, () => false);
if (!mended && run.executionDate.day % 2 === 0) throw new Error("an even day");`;
  await using project = await dispatched({ taxi: [code] });
  const options = { ...project, projectFolder: project.folder };
  const id = await startBackfill({ pipeline: "taxi", ...week }, options);
  assert.equal(await ended(id, options), "failed");
  const before = await project.store.listBackfillDates(id);
  project.write("mended", "");
  assert.equal(await retryBackfill(id, options), 4);
  assert.equal(await ended(id, options), "completed");
  const after = await project.store.listBackfillDates(id);
  const isKept = after.map(({ run }, at) => run === before[at]?.run);
  assert.deepEqual(isKept, before.map(({ status }) => status === "completed"));
  await assert.rejects(() => retryBackfill(id, options), /none of its runs failed$/);
});

Deno.test("startBackfill() applies the retry of the pipeline's blocks", async () => {
  const code = `//| loader: load\n//| retry: { attempts: 2, delay: 1ms }
import { run } from "sluice";
if (run.attempt === 1) throw new Error("the first try");`;
  await using project = await dispatched({ taxi: [code] });
  const options = { ...project, projectFolder: project.folder };
  const id = await startBackfill({ pipeline: "taxi", ...week, end: "2024-01-13" }, options);
  assert.equal(await ended(id, options), "completed");
});

Deno.test("cancelBackfill() ends what is going on, and asks for no more", async () => {
  const code = `//| loader: load\n${waitFor("never")}\nconst n = 1;`;
  await using project = await dispatched({ taxi: [code] });
  const options = { ...project, projectFolder: project.folder };
  const id = await startBackfill({ pipeline: "taxi", ...week, atOnce: 2 }, options);
  await until(async () => (await project.store.findBackfill(id))?.counts.running === 2);
  await cancelBackfill(id, options);
  assert.equal(await ended(id, options), "cancelled");
  assert.equal((await project.store.findBackfill(id))?.counts.cancelled, 8);
  await assert.rejects(() => cancelBackfill(id, options), /it has ended \(cancelled\)$/);
});

Deno.test("continueBackfills() asks for the runs that are missing after a kill, and for none twice", async () => {
  await using project = await dispatched(trivial);
  const options = { ...project, projectFolder: project.folder };
  const request = { pipeline: "taxi", ...week };
  const dates = planBackfill(request);
  await project.store.addBackfill({ id: "b", pipeline: "taxi", request, createdAt: 1 }, dates);
  // Killed after the first was accepted, before that was written down.
  await project.dispatcher.accept({
    pipeline: "taxi",
    executionDate: dates[0]!.executionDate,
    key: "backfill b 0 1",
    backfill: "b",
  });
  await continueBackfills(options);
  await continueBackfills(options);
  assert.equal(await ended("b", options), "completed");
  assert.equal((await project.store.listRuns({ backfill: "b" })).length, 8);
});

Deno.test("startBackfill() begins nothing where the pipeline or a variable is mistyped", async () => {
  await using project = await dispatched(trivial);
  const options = { ...project, projectFolder: project.folder };
  const wrong = { pipeline: "taxi", ...week, variables: { cty: "Oslo" } };
  await assert.rejects(() => startBackfill(wrong, options), /Cannot set cty: taxi has no such/);
  await assert.rejects(
    () => startBackfill({ ...wrong, pipeline: "taxy" }, options),
    /Cannot backfill taxy: .*no such pipeline/,
  );
  assert.deepEqual(await project.store.listBackfills(), []);
});
