/** The way back from evaluated code to the cell. @module */
import assert from "node:assert/strict";
import { rewrite } from "../../../kernel/cell/rewrite.ts";

const SOURCE = "const n = 1;\nconst m = n + 2;";
const { text, toSource } = rewrite(SOURCE, SOURCE, [
  { start: 13, end: 19, text: ";(" },
  { start: 0, end: 6, text: ";(" },
  { start: 28, end: 28, text: ")" },
]);

Deno.test("rewrite() carries edits out in the text's order", () => {
  assert.equal(text, ";(n = 1;\n;(m = n + 2);");
});

Deno.test("toSource() finds kept characters again, and the place of those that were put in", () => {
  const cases: readonly (readonly [line: number, column: number, source: [number, number]])[] = [
    [1, 1, [1, 1]],
    [1, 3, [1, 7]],
    [1, 7, [1, 11]],
    [2, 3, [2, 7]],
    [2, 7, [2, 11]],
    [2, 12, [2, 16]],
  ];
  for (const [line, column, [sourceLine, sourceColumn]] of cases) {
    assert.deepEqual(toSource({ line, column }), { line: sourceLine, column: sourceColumn });
  }
  assert.equal(toSource({ line: 9, column: 1 }), undefined);
});
