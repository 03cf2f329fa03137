/** Checks on streams that no reader has judged: the block fails. @module */
import assert from "node:assert/strict";
import { Project, statusesOf } from "./project.ts";

const IMPORTS =
  `import { check, each, filter, tableFromRows, TableStream, tableOf, writeCsv } from "sluice";
const table = tableFromRows([{ n: 1 }, { n: 2 }], { types: { n: "int64 not null" } });
async function* batches(times = 1) { for (let i = 0; i < times; i++) yield* table.batches; }
const stream = (times) => new TableStream(table.schema, batches(times));
const checked = (times) => { const made = stream(times); check(made, { "all small": (row) => row.n < 3 }); return made; };`;

const judged: readonly (readonly [what: string, body: string])[] = [
  ["a writer reads", `await writeCsv(checked(), "out.csv", { ifExists: "replace" });`],
  ["a table is made of", `await tableOf(checked());`],
  ["is read through a filter", `await tableOf(filter(checked(), (row) => row.n > 1));`],
  [
    "an element makes and the block reads",
    `
    for (const made of await each([1, 2], () => checked())) await tableOf(made);`,
  ],
];

const unjudged: readonly (readonly [what: string, body: string])[] = [
  ["nobody reads", `checked();`],
  ["is read in part", `for await (const _ of checked(2).batches()) break;`],
  ["is filtered, and no more", `filter(checked(), (row) => row.n > 1);`],
  ["an element makes and nobody reads", `await each([1, 2], () => { checked(); });`],
];

for (const [what, body] of judged) {
  Deno.test(`superviseRun() completes a block with a check on a stream that ${what}`, async () => {
    await using project = new Project();
    const code = `async function load() { ${body} }`;
    const compiled = await project.write({ blocks: [{ name: "load" }] }, code, IMPORTS);
    const result = await project.run(compiled);
    assert.deepEqual(statusesOf(result), ["load completed"], result.blocks[0]?.error);
    const checks = await project.store.listChecks(result.run);
    assert.ok(checks.length > 0 && checks.every(({ passed }) => passed));
  });
}

for (const [what, body] of unjudged) {
  Deno.test(`superviseRun() fails a block with a check on a stream that ${what}`, async () => {
    await using project = new Project();
    const code = `async function load() { ${body} }`;
    const compiled = await project.write({ blocks: [{ name: "load" }] }, code, IMPORTS);
    const result = await project.run(compiled);
    assert.deepEqual(statusesOf(result), ["load failed"]);
    assert.match(
      result.blocks[0]?.error ?? "",
      /^the checks? "all small".* (was|were) not judged, for nothing read the TableStream to its end: /,
    );
  });
}

Deno.test("superviseRun() judges a check on a stream that the block hands on", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "load", outputs: ["made"] }, { name: "read", reads: ["made from load"] }] },
    `async function load() { const made = checked(); return { made }; }
    async function read({ made }) { await tableOf(made); }`,
    IMPORTS,
  );
  const result = await project.run(compiled);
  assert.deepEqual(statusesOf(result), ["load completed", "read completed"]);
  assert.deepEqual(result.blocks[0]?.checks, [{ name: "all small", passed: true }]);
});
