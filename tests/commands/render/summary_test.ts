import assert from "node:assert/strict";
import { summaryLines } from "../../../runtime/commands/render/summary.ts";
import type { BlockResult, RunResult } from "../../../runtime/run/result.ts";
import { projectOf } from "../project_of.ts";

function block(given: Partial<BlockResult>): BlockResult {
  return {
    name: "clean",
    kind: "transformer",
    status: "completed",
    ms: 1,
    attempts: 1,
    rows: null,
    checks: [],
    ...given,
  };
}

function result(given: Partial<RunResult>): RunResult {
  return { run: "r1", pipeline: "taxi", status: "completed", ms: 7420, blocks: [], ...given };
}

Deno.test("summaryLines() of a completed run tells its checks", () => {
  const checks = [{ name: "any rows", passed: true }, { name: "ages known", passed: true }];
  assert.deepEqual(
    summaryLines(result({ blocks: [block({ checks })] }), { notebook: "/x.ipynb" }),
    [
      "",
      " ✓ completed in 7.42 s · run r1",
      " ✓ 2 checks passed",
      "   ✓ any rows clean",
      "   ✓ ages known clean",
    ],
  );
});

Deno.test("summaryLines() of a failed run shows the notebook's line, a caret and what to do next", () => {
  using project = projectOf({
    "notebooks/taxi.ipynb": JSON.stringify({
      cells: [{ source: "# Taxi" }, {
        source: ["//| transformer: clean\n", "const x = trips.nope();"],
      }],
    }),
  });
  const error =
    "notebooks/taxi.ipynb, cell 2 (clean), line 2:17: nope is not a function\n    at clean";
  const failed = result({
    status: "failed",
    blocks: [
      block({ status: "failed", error, checks: [{ name: "any rows", passed: false }] }),
      block({ name: "after", status: "upstream_failed" }),
    ],
  });
  assert.deepEqual(summaryLines(failed, { notebook: `${project.folder}/notebooks/taxi.ipynb` }), [
    "",
    " ✗ failed in 7.42 s · run r1",
    " ✗ 1 of 1 check failed",
    "   ✗ any rows clean",
    "",
    " notebooks/taxi.ipynb, cell 2 (clean), line 2:17: nope is not a function",
    "   2 │ const x = trips.nope();",
    "     │                 ^",
    "",
    " what it printed: deno task logs r1",
    " to go on from there: deno task resume r1",
  ]);
});

Deno.test("summaryLines() lists of many checks only those that failed", () => {
  const checks = Array.from(
    { length: 20 },
    (_, index) => ({ name: `c${index}`, passed: index !== 4 }),
  );
  const lines = summaryLines(result({ blocks: [block({ checks })] }), { notebook: "/x.ipynb" });
  assert.deepEqual(lines.slice(2), [" ✗ 1 of 20 checks failed", "   ✗ c4 clean"]);
});
