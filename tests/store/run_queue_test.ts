import assert from "node:assert/strict";
import { acceptedRun, withStore } from "./queued.ts";

const OPTIONS = { leaseMs: 60_000, fullPipelines: [], only: undefined };

Deno.test("claimRun() gives higher priorities first, then what may start longest", () =>
  withStore(async (store) => {
    const now = Date.now();
    const runs = [["late", 0, 3], ["early", 0, 1], ["low", -1, 0], ["high", 5, 4]] as const;
    await store.acceptRuns(
      runs.map(([id, priority, at]) => acceptedRun({ id, priority, createdAt: now + at })),
    );
    const claimed = [];
    for (let at = 0; at < runs.length; at++) {
      claimed.push((await store.claimRun({ ...OPTIONS, now: now + 10 }))?.run.id);
    }
    assert.deepEqual(claimed, ["high", "early", "late", "low"]);
  }));

Deno.test("claimRun() lets a run pass that came while a sensor waited, though the sensor is due", () =>
  withStore(async (store) => {
    const now = Date.now();
    await store.acceptRuns([acceptedRun({ id: "sensing", createdAt: now })]);
    const sensing = await store.claimRun({ ...OPTIONS, now });
    await store.writer(sensing!.lease).startRun(now);
    assert.equal(await store.writer(sensing!.lease).parkRun(now + 20), true);
    await store.settleTry(sensing!.lease, {
      end: undefined,
      isDraining: false,
      timeout: undefined,
    });
    await store.acceptRuns([acceptedRun({ id: "beside", createdAt: now + 10 })]);
    const next = [1, 2].map(() => store.claimRun({ ...OPTIONS, now: now + 30 }));
    const claimed = await Promise.all(next);
    assert.deepEqual(claimed.map((one) => one?.run.id), ["beside", "sensing"]);
  }));
