import assert from "node:assert/strict";
import { frameOf } from "../../../runtime/commands/render/frame.ts";
import {
  emptyRunView,
  noteEvent,
  type RunView,
} from "../../../runtime/commands/render/run_view.ts";
import { shownWidth } from "../../../runtime/commands/render/text_table.ts";
import type { RunEvent } from "../../../runtime/run/events.ts";

const SIZE = { columns: 100, rows: 30 };

function viewAfter(names: readonly string[], events: readonly RunEvent[]): RunView {
  const view = emptyRunView();
  noteEvent(view, {
    type: "run_started",
    run: "r1",
    pipeline: "taxi",
    at: 1000,
    isResumed: false,
    blocks: names.map((name) => ({ name, kind: "custom", upstream: [], action: "run" })),
  });
  for (const event of events) noteEvent(view, event);
  return view;
}

Deno.test("frameOf() shows each block with rows, time, tries, progress and reasons", () => {
  const view = viewAfter(["load", "read", "retry", "wait", "files", "broken", "after", "idle"], [
    { type: "block_started", block: "load", at: 1000, attempt: 1 },
    {
      type: "block_ended",
      block: "load",
      at: 3410,
      status: "completed",
      ms: 2410,
      attempts: 2,
      rows: 1369765,
    },
    { type: "block_started", block: "read", at: 1000, attempt: 1 },
    { type: "progress", block: "read", label: "x.csv", done: 41, total: 100, unit: "bytes" },
    { type: "block_started", block: "retry", at: 1000, attempt: 1 },
    {
      type: "block_retrying",
      block: "retry",
      at: 2000,
      attempt: 1,
      attempts: 3,
      delayMs: 5000,
      error: "503",
    },
    { type: "block_started", block: "wait", at: 1000, attempt: 1 },
    { type: "block_waiting", block: "wait", at: 3000, everyMs: 60_000 },
    { type: "block_started", block: "files", at: 1000, attempt: 1 },
    { type: "block_started", block: "files", element: 0, at: 1000, attempt: 1 },
    { type: "block_started", block: "files", element: 1, at: 1000, attempt: 1 },
    {
      type: "block_ended",
      block: "files",
      element: 0,
      at: 1001,
      status: "completed",
      ms: 1,
      attempts: 1,
      rows: null,
    },
    {
      type: "block_ended",
      block: "broken",
      at: 1012,
      status: "failed",
      ms: 12,
      attempts: 1,
      rows: null,
      error: "x",
    },
    {
      type: "block_ended",
      block: "after",
      at: 1012,
      status: "upstream_failed",
      ms: 0,
      attempts: 0,
      rows: null,
    },
  ]);
  assert.deepEqual(frameOf(view, { now: 4000, size: SIZE }), [
    " ✓ load      1,369,765 rows      2.41 s  2 tries",
    " ⠋ read                             3 s  41 % of 100 B",
    " · retry                            3 s  try 1 of 3 failed, again in 3 s",
    " · wait                             3 s  not yet, again in 59 s",
    " ⠋ files                            3 s  1 of 2 elements",
    " ✗ broken                         12 ms  failed",
    " – after                                 upstream failed",
    " · idle",
    " 3 of 8 blocks · 3 s",
  ]);
});

Deno.test("frameOf() keeps to the terminal: what goes on stays in sight, the rest is counted", () => {
  const names = Array.from({ length: 1000 }, (_, index) => `block_${index}`);
  const view = viewAfter(names, [
    ...names.slice(0, 500).map((block): RunEvent => ({
      type: "block_ended",
      block,
      at: 2000,
      status: block === "block_7" ? "failed" : "completed",
      ms: 1,
      attempts: 1,
      rows: null,
    })),
    { type: "block_started", block: "block_500", at: 2000, attempt: 1 },
  ]);
  const frame = frameOf(view, { now: 3000, size: { columns: 40, rows: 10 } });
  assert.equal(frame.length, 8);
  assert.ok(frame.some((line) => line.includes("block_7 ")), "the failed one is in sight");
  assert.ok(frame.some((line) => line.includes("block_500")), "the running one is in sight");
  assert.equal(frame.at(-2), "  … 994 more blocks");
  assert.equal(frame.at(-1), " 500 of 1000 blocks · 2 s");
});

Deno.test("frameOf() cuts lines that would wrap, colours or not", () => {
  const view = viewAfter(["a_block_whose_name_is_rather_long"], []);
  const paint = (_tone: string, text: string) => `\u001b[2m${text}\u001b[22m`;
  const [line = ""] = frameOf(view, { now: 1000, size: { columns: 20, rows: 10 }, paint });
  assert.equal(shownWidth(line), 20);
  assert.ok(line.endsWith("…"));
});

Deno.test("frameOf() after the run's end takes the statuses of its result and has no footer", () => {
  const view = viewAfter(["load"], [
    { type: "block_started", block: "load", at: 1000, attempt: 1 },
    {
      type: "run_ended",
      at: 2000,
      result: {
        run: "r1",
        pipeline: "taxi",
        status: "cancelled",
        ms: 1000,
        blocks: [{
          name: "load",
          kind: "custom",
          status: "cancelled",
          ms: 1000,
          attempts: 1,
          rows: null,
          checks: [],
        }],
      },
    },
  ]);
  assert.deepEqual(frameOf(view, { now: 2000, size: SIZE, isEnded: true }), [
    " ■ load                           1 s  cancelled",
  ]);
});
