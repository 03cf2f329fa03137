/** Draws a pipeline as a Mermaid flowchart: kinds as shapes, variables on the edges that carry them. @module */
import type { Block, BlockKind, Pipeline } from "./pipeline.ts";

const SHAPES: Record<BlockKind, readonly [open: string, close: string]> = {
  loader: ["[(", ")]"],
  transformer: ["[", "]"],
  exporter: ["[[", "]]"],
  sensor: ["{{", "}}"],
  custom: ["(", ")"],
  callback: ["([", "])"],
};

/** The flowchart of a pipeline. Data edges are labelled with their variables, order-only edges are dotted,
 * and a callback hangs dotted on the blocks that it listens to.
 *
 * @example
 * ```ts
 * import { mermaidOf } from "./mermaid.ts";
 * console.log(mermaidOf({ name: "empty", blocks: [] })); // flowchart LR
 * ``` */
export function mermaidOf(pipeline: Pick<Pipeline, "name" | "blocks">): string {
  return ["flowchart LR", ...pipeline.blocks.map(shape), ...pipeline.blocks.flatMap(edges)]
    .map((line, index) => index === 0 ? line : `  ${line}`).join("\n");
}

function shape(block: Block): string {
  const [open, close] = SHAPES[block.kind];
  return `${identifier(block.name)}${open}"${block.name}"${close}`;
}

function edges(block: Block): string[] {
  const carried = Map.groupBy(block.inputs, (input) => input.from);
  const upstream = block.upstream.map((from) => {
    const names = carried.get(from)?.map((input) => input.name) ?? [];
    return edge(from, block.name, names);
  });
  const listened = block.of.map((from) => `${identifier(from)} -.-o ${identifier(block.name)}`);
  return [...upstream, ...listened];
}

function edge(from: string, to: string, names: readonly string[]): string {
  const arrow = names.length === 0 ? "-.->" : `-- "${names.join(", ")}" -->`;
  return `${identifier(from)} ${arrow} ${identifier(to)}`;
}

/** Mermaid's own words: a block that bears one gets an underscore, and keeps its name as the label. */
const MERMAID_WORDS = new Set(
  "call class classdef click default direction end flowchart graph href interpolate linkstyle style subgraph"
    .split(" "),
);

function identifier(name: string): string {
  return MERMAID_WORDS.has(name) ? `${name}_` : name;
}
