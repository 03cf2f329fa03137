/** Runs of a dispatcher that gave no heartbeat any more. @module */
import assert from "node:assert/strict";
import type { PlannedBlock } from "../../runtime/run/plan.ts";
import { type Lease, LeaseLostError } from "../../runtime/run/run_store.ts";
import type { Store } from "../../runtime/store/open_store.ts";
import type { AcceptedRun } from "../../runtime/store/run_queue.ts";
import { acceptedRun, withStore } from "./queued.ts";

const LEASE_MS = 60_000;
/** Counted from the claim: the lease has ended by then, however slow the test is. */
const LATER_MS = 10 * LEASE_MS;

const BLOCKS: readonly PlannedBlock[] = ["wait", "below"].map((name) => ({
  name,
  kind: "sensor",
  upstream: name === "below" ? ["wait"] : [],
  action: "run",
  reason: null,
  attemptsBefore: 0,
  fingerprint: null,
}));

/** Claims the run as a dispatcher does, and begins its first block. */
async function begin(store: Store, now: number): Promise<Lease> {
  const options = { now, leaseMs: LEASE_MS, fullPipelines: [], only: undefined };
  const claimed = await store.claimRun(options);
  assert.ok(claimed);
  const { lease } = claimed;
  await store.planRun(lease, BLOCKS);
  const writer = store.writer(lease);
  await writer.startRun(now);
  await writer.startAttempt({
    block: "wait",
    element: null,
    kind: "sensor",
    attempt: 1,
    at: now,
  });
  return lease;
}

interface Case {
  readonly what: string;
  readonly run?: Partial<AcceptedRun>;
  readonly before?: (store: Store) => Promise<unknown>;
  readonly status: string;
  readonly attempt?: number;
  readonly error?: RegExp;
}

const RETRY = { attempts: 2, delayMs: 5, backoff: "fixed" } as const;

const CASES: readonly Case[] = [
  { what: "resumes it in the same try", status: "initial" },
  {
    what: "fails it where its policy says so",
    run: { onLost: "fail" },
    status: "failed",
    error: /gave no heartbeat any more/,
  },
  {
    what: "fails it, and tries it again where it has tries left",
    run: { onLost: "fail", retry: RETRY },
    status: "initial",
    attempt: 2,
  },
  {
    what: "cancels it where that was asked for",
    before: (store) => store.cancelRun("r"),
    status: "cancelled",
  },
];

for (const { what, run = {}, before, status, attempt = 1, error } of CASES) {
  Deno.test(`recoverRuns() with a run of a lost dispatcher ${what}`, () =>
    withStore(async (store) => {
      await store.acceptRuns([acceptedRun(run)]);
      const now = Date.now();
      const lease = await begin(store, now);
      await before?.(store);
      assert.deepEqual(await store.recoverRuns(now), [], "its lease holds");
      assert.deepEqual(await store.recoverRuns(now + LATER_MS, [lease]), [], "it goes on here");
      const failed = await store.recoverRuns(now + LATER_MS);
      assert.deepEqual(failed, status === "failed" ? ["r"] : []);
      const row = await store.findRun("r");
      assert.deepEqual([row?.status, row?.attempt], [status, attempt]);
      assert.equal(row?.dueAt === null, status !== "initial");
      if (error) assert.match(row?.error ?? "", error);
      const blocks = await store.listBlockRuns("r");
      assert.ok(blocks.every((block) => !["running", "initial"].includes(block.status)));
      await assert.rejects(store.writer(lease).startRun(1), LeaseLostError);
    }));
}

Deno.test("recoverRuns() resumes no run for ever that takes its dispatchers with it", () =>
  withStore(async (store) => {
    await store.acceptRuns([acceptedRun({})]);
    let now = Date.now();
    for (let loss = 1; loss <= 5; loss++) {
      await begin(store, now);
      now += LATER_MS;
      assert.deepEqual(await store.recoverRuns(now), []);
    }
    await begin(store, now);
    assert.deepEqual(await store.recoverRuns(now + LATER_MS), ["r"]);
    assert.match((await store.findRun("r"))?.error ?? "", /lost with its dispatcher 5 times/);
  }));

Deno.test("a run that waits for its sensors is not lost, and a lease left on it is", () =>
  withStore(async (store) => {
    await store.acceptRuns([acceptedRun({ timeoutMs: 1000 })]);
    const now = Date.now();
    const lease = await begin(store, now);
    const writer = store.writer(lease);
    const wait = { since: now, lookAt: now + 5000, tries: 1 };
    const key = { block: "wait", element: null };
    await writer.queueBlock({ ...key, attempt: 1, startedAt: now, at: now, error: null, wait });
    assert.equal(await writer.parkRun(wait.lookAt), true);
    await store.recoverRuns(now + LATER_MS);
    const parked = await store.findRun("r");
    assert.equal(parked?.status, "running");
    assert.equal(parked?.dueAt, now + 1000, "no later than the run's timeout");
    assert.deepEqual((await store.listBlockRuns("r"))[0]?.wait, wait);
    await assert.rejects(writer.parkRun(1), LeaseLostError);
    const options = { leaseMs: LEASE_MS, fullPipelines: [], only: undefined };
    assert.equal(await store.claimRun({ ...options, now }), undefined);
    const claimed = await store.claimRun({ ...options, now: now + 1000 });
    assert.deepEqual([claimed?.isParked, claimed?.isSameTry], [true, true]);
  }));

Deno.test("parkRun() refuses where the run's end was asked for", () =>
  withStore(async (store) => {
    await store.acceptRuns([acceptedRun({})]);
    const lease = await begin(store, Date.now());
    assert.equal(await store.cancelRun("r"), "asked");
    assert.equal(await store.writer(lease).parkRun(Date.now() + 5000), false);
    assert.equal((await store.findRun("r"))?.dueAt, null);
  }));
