import assert from "node:assert/strict";
import { errorText } from "../../runtime/run/error_text.ts";

const THROWN: readonly (readonly [what: string, value: unknown, firstLine: string])[] = [
  ["an error", new Error("no trips"), "no trips"],
  ["an error of a kind", new TypeError("no trips"), "TypeError: no trips"],
  ["an error without words", new RangeError(""), "RangeError: "],
  ["a text", "no trips", "no trips"],
  ["an object", { code: 3 }, "{ code: 3 }"],
  ["nothing", undefined, "undefined was thrown; throw an Error that says why"],
  ["null", null, "null was thrown; throw an Error that says why"],
];

for (const [what, value, firstLine] of THROWN) {
  Deno.test(`errorText() says what was thrown: ${what}`, () => {
    assert.equal(errorText(value, (stack) => stack).split("\n")[0], firstLine);
  });
}

Deno.test("errorText() puts causes below, also where they lead in a circle", () => {
  const deep = new Error("deep");
  const thrown = new Error("thrown", { cause: deep });
  deep.cause = thrown;
  const lines = errorText(thrown, (stack) => stack).split("\n").filter((line) =>
    !/^ +at /.test(line)
  );
  assert.deepEqual(lines, ["thrown", "Caused by: deep"]);
});
