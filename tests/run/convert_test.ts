import assert from "node:assert/strict";
import { convertOverride } from "../../runtime/run/convert.ts";

const converted: readonly [unknown, string, unknown][] = [
  ["a", "12", "12"],
  ["a", "", ""],
  [5, "12", 12],
  [5, "-1.5e3", -1500],
  [5, "Infinity", Infinity],
  [true, "false", false],
  [1n, "9007199254740993", 9007199254740993n],
  [1n, "-12n", -12n],
  [new Date(), "2024-03-01", new Date("2024-03-01T00:00:00Z")],
  [["a"], '["b", 1]', ["b", 1]],
  [{ a: 1 }, '{"b":2}', { b: 2 }],
  [null, "12", 12],
  [undefined, "plain text", "plain text"],
];

for (const [fallback, text, expected] of converted) {
  Deno.test(`convertOverride() reads ${JSON.stringify(text)} as ${Deno.inspect(fallback)} is`, () => {
    assert.deepStrictEqual(convertOverride("x", text, fallback), expected);
  });
}

Deno.test("convertOverride() reads Temporal values and URLs", () => {
  const date = convertOverride("x", "2024-03-01", Temporal.PlainDate.from("2000-01-01"));
  assert.equal(String(date), "2024-03-01");
  assert.equal(date instanceof Temporal.PlainDate, true);
  const url = convertOverride("x", "https://example.org/a", new URL("https://example.org"));
  assert.equal(String(url), "https://example.org/a");
});

const refused: readonly [unknown, string, RegExp][] = [
  [5, "many", /^Cannot set x to "many": expected a number, as its default is$/],
  [5, "", /expected a number/],
  [5, "1,000", /expected a number/],
  [true, "yes", /expected true or false/],
  [1n, "1.5", /expected a whole number/],
  [1n, "", /expected a whole number/],
  [new Date(), "soon", /expected a date such as/],
  [["a"], "a,b", /expected a JSON array/],
  [["a"], "{}", /expected a JSON array/],
  [{}, "[]", /expected a JSON object/],
  [{}, "null", /expected a JSON object/],
  [Temporal.PlainDate.from("2000-01-01"), "x", /expected a Temporal\.PlainDate such as 2000-01-01/],
  [() => 1, "x", /which no text can stand for/],
  [new Map(), "[]", /its default is a Map, which no text can stand for/],
];

for (const [fallback, text, expected] of refused) {
  Deno.test(`convertOverride() refuses ${JSON.stringify(text)} for ${Deno.inspect(fallback)}`, () => {
    assert.throws(() => convertOverride("x", text, fallback), {
      name: "TypeError",
      message: expected,
    });
  });
}
