import assert from "node:assert/strict";
import { fingerprintBlocks } from "../../runtime/run/fingerprint.ts";
import { planParked } from "../../runtime/run/plan_parked.ts";
import type { BlockRunRow } from "../../runtime/run/run_store.ts";
import { type BlockSketch, sketchPipeline } from "./project.ts";

const BLOCKS: readonly BlockSketch[] = [
  { name: "load", outputs: ["trips"] },
  { name: "wrong" },
  { name: "told", kind: "callback" },
  { name: "wait", kind: "sensor" },
  { name: "below", reads: ["trips from load"] },
];

const WAIT = { since: 5, lookAt: 90, tries: 2 };

const ROWS: Readonly<Record<string, Partial<BlockRunRow>>> = {
  load: { status: "completed", attempts: 1 },
  wrong: { status: "failed", attempts: 3, error: "no" },
  told: { status: "completed", attempts: 1 },
  wait: { status: "queued", attempts: 4, startedAt: 2, wait: WAIT },
  below: { status: "initial", attempts: 0 },
};

async function plan(
  { blocks = BLOCKS, saved = true }: {
    readonly blocks?: readonly BlockSketch[];
    readonly saved?: boolean;
  } = {},
) {
  const before = sketchPipeline({ blocks: BLOCKS });
  const prints = await fingerprintBlocks(before, {});
  const previous = before.blocks.map(({ name, kind }): BlockRunRow => ({
    run: "run",
    block: name,
    element: null,
    kind,
    status: "initial",
    attempts: 0,
    startedAt: 1,
    endedAt: null,
    ms: null,
    rows: null,
    error: null,
    reason: null,
    peakRssBytes: null,
    fingerprint: prints.get(name) ?? null,
    hasSavedOutputs: saved,
    wait: null,
    ...ROWS[name],
  }));
  const now = sketchPipeline({ blocks });
  const fingerprints = await fingerprintBlocks(now, {});
  return planParked(now, { fingerprints, previous, startedAt: 1 });
}

Deno.test("planParked() leaves what ended as it is, and goes on where sensors wait", async () => {
  const goesOn = await plan();
  assert.deepEqual(
    goesOn?.plan.blocks.map(({ name, action, attemptsBefore }) => [name, action, attemptsBefore]),
    [
      ["load", "reuse", 1],
      ["wrong", "run", 3],
      ["told", "run", 1],
      ["wait", "run", 2],
      ["below", "run", 0],
    ],
  );
  assert.deepEqual(goesOn?.parked, {
    startedAt: 1,
    ended: {
      wrong: { status: "failed", error: "no" },
      told: { status: "completed", error: null },
    },
    waits: { wait: { ...WAIT, startedAt: 2 } },
  });
});

Deno.test("planParked() leaves it to a resume where code changed, or outputs are gone", async () => {
  const changed = BLOCKS.map((block) => block.name === "below" ? { ...block, hash: "new" } : block);
  assert.equal(await plan({ blocks: changed }), undefined);
  assert.equal(await plan({ blocks: [...BLOCKS, { name: "more" }] }), undefined);
  assert.equal(await plan({ saved: false }), undefined);
});
