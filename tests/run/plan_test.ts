import assert from "node:assert/strict";
import { fingerprintBlocks } from "../../runtime/run/fingerprint.ts";
import { planRun } from "../../runtime/run/plan.ts";
import type { BlockRunRow } from "../../runtime/run/run_store.ts";
import type { BlockStatus } from "../../runtime/run/status.ts";
import { type BlockSketch, sketchPipeline } from "./project.ts";

const chain: readonly BlockSketch[] = [
  { name: "load", outputs: ["trips"], parameters: ["url"] },
  { name: "clean", reads: ["trips from load"], outputs: ["good"] },
  { name: "beside", outputs: ["other"] },
  { name: "write", kind: "exporter", reads: ["good from clean"] },
  { name: "tell", kind: "callback" },
];
const parameters = { url: '"a"', unread: "1" };

interface Change {
  readonly blocks?: readonly BlockSketch[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
}

/** Plans a resume of a run of `chain` in which the blocks ended with `statuses`. */
async function planAgain(
  statuses: Readonly<Record<string, BlockStatus>>,
  change: Change = {},
  { unsaved = [] }: { unsaved?: readonly string[] } = {},
): Promise<string[]> {
  const before = sketchPipeline({ blocks: chain, parameters });
  const prints = await fingerprintBlocks(before, {});
  const previous = before.blocks.map(({ name, kind }): BlockRunRow => ({
    run: "run",
    block: name,
    element: null,
    kind,
    status: statuses[name] ?? "completed",
    attempts: 2,
    startedAt: 0,
    endedAt: 0,
    ms: 0,
    rows: null,
    error: null,
    reason: null,
    peakRssBytes: null,
    fingerprint: prints.get(name) ?? null,
    hasSavedOutputs: !unsaved.includes(name),
    wait: null,
  }));
  const now = sketchPipeline({ blocks: chain, parameters, ...change });
  const fingerprints = await fingerprintBlocks(now, change.variables ?? {});
  const { blocks } = planRun(now, { fingerprints, previous });
  return blocks.filter(({ kind }) => kind !== "callback")
    .map(({ name, action, reason }) => `${action} ${name}: ${reason}`);
}

const reused = ["load", "clean", "beside", "write"].map((name) =>
  `reuse ${name}: completed before`
);

/** `chain` with one block replaced. */
function withBlock(block: BlockSketch): BlockSketch[] {
  return chain.map((before) => before.name === block.name ? block : before);
}

const cases: readonly [string, Parameters<typeof planAgain>, readonly string[]][] = [
  ["reuses everything where nothing changed", [{}], reused],
  [
    "runs what failed, and all below it",
    [{ clean: "failed", write: "upstream_failed" }],
    [
      "reuse load: completed before",
      "run clean: failed before",
      "reuse beside: completed before",
      "run write: its upstream failed before",
    ],
  ],
  [
    "runs what was cancelled or had a condition that did not hold",
    [{ beside: "condition_failed", write: "cancelled" }],
    [
      "reuse load: completed before",
      "reuse clean: completed before",
      "run beside: its condition did not hold before",
      "run write: cancelled before",
    ],
  ],
  [
    "runs a block whose code changed, and all below it",
    [{}, { blocks: withBlock({ ...chain[1], name: "clean", hash: "another" }) }],
    [
      "reuse load: completed before",
      "run clean: code changed",
      "reuse beside: completed before",
      "run write: upstream clean changed",
    ],
  ],
  [
    "runs blocks that read a parameter that is given anew",
    [{}, { variables: { url: "b" } }],
    [
      "run load: parameter url changed",
      "run clean: upstream load changed",
      "reuse beside: completed before",
      "run write: upstream clean changed",
    ],
  ],
  [
    "runs blocks that read a parameter whose default changed",
    [{}, { parameters: { ...parameters, url: '"b"' } }],
    [
      "run load: parameter url changed",
      "run clean: upstream load changed",
      "reuse beside: completed before",
      "run write: upstream clean changed",
    ],
  ],
  [
    "reuses all where a parameter changed that none reads",
    [{}, { variables: { unread: "2" } }],
    reused,
  ],
  [
    "runs a block whose outputs were not kept, and all below it",
    [{}, {}, { unsaved: ["load"] }],
    [
      "run load: its outputs were not kept",
      "run clean: upstream load runs again",
      "reuse beside: completed before",
      "run write: upstream clean runs again",
    ],
  ],
  [
    "runs a block that is new, and those that have it above them now",
    [{}, {
      blocks: [
        { name: "first" },
        ...withBlock({ ...chain[2], name: "beside", upstream: ["first"] }),
      ],
    }],
    [
      "run first: new block",
      "reuse load: completed before",
      "reuse clean: completed before",
      "run beside: upstream first changed",
      "reuse write: completed before",
    ],
  ],
];

for (const [what, given, expected] of cases) {
  Deno.test(`planRun() ${what}`, async () => {
    assert.deepEqual(await planAgain(...given), expected);
  });
}

Deno.test("planRun() counts the tries that a block had before", async () => {
  const pipeline = sketchPipeline({ blocks: chain });
  const fingerprints = await fingerprintBlocks(pipeline, {});
  assert.deepEqual(
    planRun(pipeline, { fingerprints }).blocks.map((block) => block.attemptsBefore),
    [
      0,
      0,
      0,
      0,
      0,
    ],
  );
});

Deno.test("planRun() takes a block alone on saved inputs, or with all of its upstream", async () => {
  const pipeline = sketchPipeline({ blocks: chain });
  const fingerprints = await fingerprintBlocks(pipeline, {});
  const saved = new Map([["clean", "an earlier run"]]);
  const alone = planRun(pipeline, {
    fingerprints,
    only: { block: "write", withUpstream: false },
    saved,
  });
  assert.deepEqual(alone.blocks.map(({ name }) => name), ["write"]);
  assert.deepEqual(alone.loads, { clean: "an earlier run" });
  const all = planRun(pipeline, { fingerprints, only: { block: "write", withUpstream: true } });
  assert.deepEqual(all.blocks.map(({ name }) => name), ["load", "clean", "write"]);
  assert.deepEqual(all.loads, {});
  assert.throws(
    () => planRun(pipeline, { fingerprints, only: { block: "write", withUpstream: false } }),
    /it reads good of clean, which no run has saved; run clean first, or add --upstream/,
  );
});
