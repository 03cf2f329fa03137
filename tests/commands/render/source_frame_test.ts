import assert from "node:assert/strict";
import { placeInMessage, sourceFrame } from "../../../runtime/commands/render/source_frame.ts";
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

Deno.test("placeInMessage() reads the place a message begins with, of its own notebook alone", () => {
  const message = "notebooks/x.ipynb, cell 4 (clean), line 2:17: no: 1";
  assert.deepEqual(placeInMessage(message, "/p/notebooks/x.ipynb"), {
    notebook: "/p/notebooks/x.ipynb",
    cell: 4,
    line: 2,
    column: 17,
  });
  assert.equal(placeInMessage(message, "/p/notebooks/y.ipynb"), undefined);
  assert.equal(placeInMessage("Cannot connect", "/p/notebooks/x.ipynb"), undefined);
});
