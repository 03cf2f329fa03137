/** What must not be an error compiles, to the edges and text it should. @module */
import assert from "node:assert/strict";
import { ACCEPTED } from "./accepted_cases.ts";
import { compileCells } from "./compile_text.ts";

for (const [name, cells, { edges, scratch, has = [], lacks = [] }] of ACCEPTED) {
  Deno.test(`compile accepts ${name}`, () => {
    const { compiled: { pipeline }, text } = compileCells(cells);
    const found = pipeline.blocks.flatMap(({ name, inputs }) =>
      inputs.map((input) => `${input.from}.${input.name}>${name}`)
    );
    if (edges) assert.deepEqual(found, edges);
    if (scratch) assert.deepEqual(pipeline.scratch.map(({ cell }) => cell), scratch);
    for (const part of has) assert.ok(text.includes(part), `${part}\nnot in\n${text}`);
    for (const part of lacks) assert.ok(!text.includes(part), `${part}\nin\n${text}`);
  });
}
