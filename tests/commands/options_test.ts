import assert from "node:assert/strict";
import { countOption, variableOption } from "../../runtime/commands/options.ts";

Deno.test("variableOption() splits at the first = and keeps the value as it is", () => {
  let variables = variableOption("url=https://x/?a=b c", {});
  variables = variableOption("empty=", variables);
  assert.deepEqual(variables, { url: "https://x/?a=b c", empty: "" });
});

for (const text of ["novalue", "=x", ""]) {
  Deno.test(`variableOption() refuses "${text}"`, () => {
    assert.throws(() => variableOption(text, {}), /write it as name=value/);
  });
}

Deno.test("variableOption() refuses a name given twice", () => {
  assert.throws(() => variableOption("a=2", { a: "1" }), /a is given twice/);
});

for (const text of ["0", "-1", "x", "1.5", ""]) {
  Deno.test(`countOption() refuses "${text}"`, () => {
    assert.throws(() => countOption(text), /whole number from 1/);
  });
}
