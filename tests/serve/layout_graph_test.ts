import assert from "node:assert/strict";
import { layOutGraph } from "../../runtime/serve/page/layout_graph.ts";

function chain(length: number) {
  return Array.from({ length }, (_, at) => ({
    name: `block_${at}`,
    upstream: at === 0 ? [] : [`block_${at - 1}`],
    of: [],
    inputs: at % 2 === 0 ? [] : [{ name: "rows", from: `block_${at - 1}` }],
  }));
}

Deno.test("layOutGraph() puts each block right of its upstream, none over another", () => {
  const layout = layOutGraph(chain(10));
  assert.ok(layout);
  for (const [at, { x }] of layout.boxes.slice(1).entries()) {
    const { x: before, width } = layout.boxes[at]!;
    assert.ok(x > before + width, `box ${at + 1}`);
  }
  assert.deepEqual(
    layout.lines.slice(0, 2).map(({ isData, title }) => [isData, title]),
    [[true, "rows"], [false, "block_2 after block_1"]],
  );
});

Deno.test("layOutGraph() lays out the same graph once, and very large ones not at all", () => {
  const first = layOutGraph(chain(20));
  assert.equal(layOutGraph(chain(20)), first);
  assert.notEqual(layOutGraph(chain(21)), first);
  for (let length = 1; length <= 60; length++) assert.ok(layOutGraph(chain(length)));
  assert.equal(layOutGraph(chain(61)), undefined);
  const all = chain(30).map((block, at, blocks) => ({
    ...block,
    upstream: blocks.slice(0, at).map(({ name }) => name),
  }));
  assert.equal(layOutGraph(all), undefined);
});
