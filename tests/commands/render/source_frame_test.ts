import assert from "node:assert/strict";
import { placeInError, sourceFrame } from "../../../runtime/commands/render/source_frame.ts";
import { projectOf } from "../project_of.ts";

const LONG = "x".repeat(300);
const NOTEBOOK = JSON.stringify({ cells: [{ source: `one\r\n\ttwo\n${LONG}` }] });

const CASES:
  readonly (readonly [line: number, column: number | undefined, lines: readonly string[]])[] = [
    [1, 2, ["  1 │ one", "    │  ^"]],
    [1, undefined, ["  1 │ one"]],
    [2, 2, ["  2 │  two", "    │  ^"]],
    [1, 99, ["  1 │ one"]],
    [9, 1, []],
    [3, 250, [`  3 │ ${"x".repeat(110)}`, `    │ ${" ".repeat(59)}^`]],
  ];

for (const [line, column, lines] of CASES) {
  Deno.test(`sourceFrame() at line ${line}:${column}`, () => {
    using project = projectOf({ "x.ipynb": NOTEBOOK });
    assert.deepEqual(
      sourceFrame({ notebook: `${project.folder}/x.ipynb`, cell: 1, line, column }),
      lines,
    );
  });
}

const PLACE = { notebook: "/p/notebooks/x.ipynb", cell: 4, line: 2, column: 17 };

const ERRORS: readonly (readonly [error: string, label: string | undefined])[] = [
  [
    "notebooks/x.ipynb, cell 4 (clean), line 2:17: no: 1",
    "notebooks/x.ipynb, cell 4 (clean), line 2:17",
  ],
  [
    "TypeError: no\n    at f (blocks/a.ts:1:1)\n    at clean (my notes/x.ipynb, cell 4 (clean), line 2:17)",
    "my notes/x.ipynb, cell 4 (clean), line 2:17",
  ],
  ["TypeError: no\n    at y (notebooks/y.ipynb, cell 4 (clean), line 2:17)", undefined],
  ["Cannot connect", undefined],
];

for (const [error, label] of ERRORS) {
  Deno.test(`placeInError() finds ${label ?? "nothing"}`, () => {
    assert.deepEqual(
      placeInError(error, "/p/notebooks/x.ipynb"),
      label === undefined ? undefined : { label, place: PLACE },
    );
  });
}
