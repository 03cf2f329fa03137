import assert from "node:assert/strict";
import { plainLines, plainRenderer } from "../../../runtime/commands/render/plain.ts";
import type { RunEvent } from "../../../runtime/run/events.ts";

const CASES: readonly (readonly [event: RunEvent, lines: readonly string[]])[] = [
  [
    { type: "run_started", run: "r1", pipeline: "taxi", at: 0, isResumed: false, blocks: [] },
    ["run r1 of taxi started"],
  ],
  [
    {
      type: "run_started",
      run: "r1",
      pipeline: "taxi",
      at: 0,
      isResumed: true,
      blocks: [
        { name: "load", kind: "loader", upstream: [], action: "reuse", reason: "completed before" },
        {
          name: "clean",
          kind: "transformer",
          upstream: ["load"],
          action: "run",
          reason: "code changed",
        },
      ],
    },
    ["run r1 of taxi resumed", "load reused: completed before", "clean runs again: code changed"],
  ],
  [{ type: "block_started", block: "load", at: 0, attempt: 1 }, ["load started"]],
  [{ type: "block_started", block: "load", at: 0, attempt: 2 }, ["load started (try 2)"]],
  [{ type: "block_started", block: "load", element: 3, at: 0, attempt: 1 }, []],
  [
    {
      type: "block_retrying",
      block: "load",
      at: 0,
      attempt: 1,
      attempts: 3,
      delayMs: 5000,
      error: "notebooks/taxi.ipynb, cell 3 (load), line 2:9: 503\n    at fetch (x.ts:1:1)",
    },
    [
      "load failed at try 1 of 3, again in 5 s: notebooks/taxi.ipynb, cell 3 (load), line 2:9: 503",
    ],
  ],
  [{ type: "block_waiting", block: "wait", at: 0, everyMs: 60_000 }, [
    "wait not yet, again in 1 min 0 s",
  ]],
  [
    {
      type: "block_ended",
      block: "load",
      at: 0,
      status: "completed",
      ms: 2410,
      attempts: 2,
      rows: 1369765,
    },
    ["load completed: 1,369,765 rows in 2.41 s (2 tries)"],
  ],
  [
    {
      type: "block_ended",
      block: "write",
      at: 0,
      status: "completed",
      ms: 12,
      attempts: 1,
      rows: null,
    },
    ["write completed in 12 ms"],
  ],
  [
    {
      type: "block_ended",
      block: "each_file",
      element: 3,
      at: 0,
      status: "failed",
      ms: 12,
      attempts: 1,
      rows: null,
      error: "Cannot read x.csv: no such file",
    },
    ["each_file[3] failed in 12 ms: Cannot read x.csv: no such file"],
  ],
  [
    {
      type: "block_ended",
      block: "write",
      at: 0,
      status: "upstream_failed",
      ms: 0,
      attempts: 0,
      rows: null,
      reason: "upstream clean failed",
    },
    ["write did not run: upstream clean failed"],
  ],
  [
    {
      type: "checks",
      block: "clean",
      results: [
        { name: "any rows", passed: true },
        { name: "ages known", passed: false, failedRows: 2, rows: 1000 },
      ],
    },
    ["clean check passed: any rows", "clean check failed: ages known (2 of 1,000 rows)"],
  ],
  [
    { type: "artifact", block: "plot", title: null, mediaTypes: ["text/html"] },
    ["plot showed text/html"],
  ],
  [{ type: "log", block: "load", at: 0, stream: "stdout", text: "two  words" }, [
    "load │ two  words",
  ]],
  [{ type: "log", at: 0, stream: "stderr", text: "of the run" }, ["of the run"]],
  [
    {
      type: "run_ended",
      at: 0,
      result: { run: "r1", pipeline: "taxi", status: "completed", ms: 7420, blocks: [] },
    },
    ["run r1 completed in 7.42 s"],
  ],
  [
    {
      type: "run_ended",
      at: 0,
      result: {
        run: "r1",
        pipeline: "taxi",
        status: "failed",
        ms: 7,
        blocks: [],
        error: "no memory",
      },
    },
    [
      "run r1 failed in 7 ms: no memory",
      "what it printed: deno task logs r1",
      "to go on from there: deno task resume r1",
    ],
  ],
];

for (const [event, lines] of CASES) {
  Deno.test(`plainLines() of ${event.type}: ${lines[0] ?? "nothing"}`, () => {
    assert.deepEqual(plainLines(event, "/p/notebooks/taxi.ipynb"), lines);
  });
}

Deno.test("plainRenderer() tells each quarter of a long read once", () => {
  const written: string[] = [];
  const renderer = plainRenderer({ notebook: "/p/x.ipynb", write: (line) => written.push(line) });
  for (const done of [1, 26, 27, 49, 80, 99, 100]) {
    renderer.show({
      type: "progress",
      block: "load",
      label: "x.csv",
      done,
      total: 100,
      unit: "rows",
    });
  }
  renderer.show({
    type: "progress",
    block: "load",
    label: "y.csv",
    done: 5,
    total: undefined,
    unit: "bytes",
  });
  assert.deepEqual(written, ["load x.csv: 26 % of 100 rows", "load x.csv: 80 % of 100 rows"]);
});
