/** What cells may hold, and what comes of it. @module */
import assert from "node:assert/strict";
import { startSharedKernel } from "./client.ts";

const kernel = await startSharedKernel();

/** Cells run one after another in one kernel, each with its result. */
const CASES: readonly (readonly [name: string, source: string, result: string | undefined])[] = [
  ["the last expression", "1 + 1", "2"],
  ["nothing after a declaration", "const a: number = 3, b = 4; let c;", undefined],
  ["names of earlier cells", "a + b", "7"],
  ["a declaration without a value", "c === undefined", "true"],
  ["top-level await", "const x = await Promise.resolve(7) as number; x", "7"],
  ["a promise is not awaited", "Promise.resolve(1)", "Promise { 1 }"],
  ["one string", `"just a string"`, `"just a string"`],
  ["an object in braces", "{ n: 1, m: 2 }", "{ n: 1, m: 2 }"],
  ["a comment alone", "// nothing\n/* at all */", undefined],
  ["a comment at the end", "3 // comment", "3"],
  [
    "functions before their lines",
    "twice(4)\nfunction twice(n: number) { return 2 * n }",
    undefined,
  ],
  ["functions in later cells", "twice(5)", "10"],
  ["a function that calls a later cell's", "const call = () => later();", undefined],
  ["… once that is there", `const later = () => "late"; call()`, `"late"`],
  ["a class", "class Counter { n = 1 }\nnew Counter().n", "1"],
  ["an enum", "enum Color { Red, Green }\nconst green: Color = Color.Green;", undefined],
  ["an enum in a later cell", "Color[green]", `"Green"`],
  ["a parameter property", "class P { constructor(readonly q: number) {} }\nnew P(2).q", "2"],
  ["a decorator", "@((it: unknown) => void it) class D { z = 5 }\nnew D().z", "5"],
  [
    "destructuring",
    "const { p: { q: [deep] }, ...rest }: any = { p: { q: [3] }, r: 4 };",
    undefined,
  ],
  ["what it names", "[deep, rest]", "[ 3, { r: 4 } ]"],
  ["types alone", "interface I { n: number }\ntype T = I & { m: 1 };", undefined],
  ["export means nothing", "export const e = 5;\nexport default e", "5"],
  ["a `var` in a loop", "for (var i = 0; i < 3; i++) {}", undefined],
  ["… is a name like others", "i", "3"],
  ["a definite assignment", "let later2!: string; later2 = `x ${a as number}`; later2", `"x 3"`],
  ["`const` again as `let`", "let a = 9; a", "9"],
  [
    "its own former value",
    "const rest2 = rest; const rest = { ...rest2, s: 1 }; rest",
    "{ r: 4, s: 1 }",
  ],
  ["undefined gives no output", "undefined", undefined],
  ["a missing semicolon before a bracket", "const list = [1]\n;[a] = list\nlist", "[ 1 ]"],
];

Deno.test("the kernel runs every kind of cell", async (t) => {
  for (const [name, source, result] of CASES) {
    await t.step(name, async () => {
      const ran = await kernel.run(source);
      assert.equal(ran.error, "");
      assert.equal(ran.result, result);
    });
  }
});

Deno.test("the kernel publishes a cell's whole output before it is idle", async () => {
  for (let cell = 0; cell < 20; cell++) {
    const ran = await kernel.run(
      `for (let i = 0; i < 200; i++) console.log("line", i);\nconsole.error("end"); ${cell}`,
    );
    assert.equal(ran.text.match(/line \d+\n/g)?.length, 200);
    assert.ok(ran.text.endsWith("end\n"));
    assert.equal(ran.result, `${cell}`);
  }
});

Deno.test("the kernel sends late output to the cell that printed it", async () => {
  const late = kernel.heard(({ header }) => header.msg_type === "stream");
  const first = await kernel.run(
    "const wait = Promise.withResolvers<void>(); wait.promise.then(() => console.log('late')); 1",
  );
  const second = await kernel.run("wait.resolve(); await wait.promise; await 0; 2");
  assert.equal((await late).content.text, "late\n");
  assert.equal(first.text + second.text, "");
});
