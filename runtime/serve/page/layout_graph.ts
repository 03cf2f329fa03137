/** Where a graph's boxes and lines lie, by dagre. Laying out takes long where there is much, and the server
 *  does nothing else meanwhile: each graph is laid out once, and very large ones not at all. @module */
import dagre from "@dagrejs/dagre";
import type { Block } from "../../compile/pipeline.ts";

/** A laid out graph, in pixels. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  /** The left upper corners, in the order of the blocks. */
  readonly boxes: readonly { readonly x: number; readonly y: number; readonly width: number }[];
  readonly lines: readonly GraphLine[];
}

/** One edge. */
export interface GraphLine {
  /** As SVG draws it. */
  readonly path: string;
  readonly isData: boolean;
  /** The variables that it carries, or what it orders. */
  readonly title: string;
}

type Drawn = Pick<Block, "name" | "upstream" | "of" | "inputs">;

export const BOX_HEIGHT = 42;
const LETTER = 7.4;
const MARGIN = 8;

/** More of them take seconds to lay out, and nobody could read them. */
const MOST_BLOCKS = 60;
const MOST_EDGES = 150;
const KEPT = 50;

const kept = new Map<string, GraphLayout>();

/** The layout; undefined where there is too much to draw.
 *
 * @example
 * ```ts
 * import { layOutGraph } from "./layout_graph.ts";
 * const load = { name: "load", upstream: [], of: [], inputs: [] };
 * const add = { name: "add", upstream: ["load"], of: [], inputs: [{ name: "rows", from: "load" }] };
 * console.log(layOutGraph([load, add])?.lines.map(({ title }) => title)); // ["rows"]
 * ``` */
export function layOutGraph(blocks: readonly Drawn[]): GraphLayout | undefined {
  const edges = blocks.flatMap(({ upstream, of }) => [...upstream, ...of]).length;
  if (blocks.length > MOST_BLOCKS || edges > MOST_EDGES) return undefined;
  const key = JSON.stringify(
    blocks.map(({ name, upstream, of, inputs }) => [name, upstream, of, inputs]),
  );
  const found = kept.get(key) ?? layOut(blocks);
  // The one that was asked for last is forgotten last.
  kept.delete(key);
  kept.set(key, found);
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
  return found;
}

function layOut(blocks: readonly Drawn[]): GraphLayout {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 22, ranksep: 46, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of blocks) {
    graph.setNode(name, { width: Math.max(96, name.length * LETTER + 26), height: BOX_HEIGHT });
  }
  for (const { name, upstream, of } of blocks) {
    for (const from of [...upstream, ...of]) graph.setEdge(from, name);
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const boxes = blocks.map(({ name }) => {
    const { x = 0, y = 0, width = 0 } = graph.node(name);
    return { x: x - width / 2, y: y - BOX_HEIGHT / 2, width };
  });
  const lines = graph.edges().map(({ v: from, w: to }) => {
    const carried = blocks.find(({ name }) => name === to)?.inputs
      .filter((input) => input.from === from).map((input) => input.name) ?? [];
    return {
      path: curve(graph.edge(from, to).points ?? []),
      isData: carried.length > 0,
      title: carried.length > 0 ? carried.join(", ") : `${to} after ${from}`,
    };
  });
  return { width: Math.ceil(width), height: Math.ceil(height), boxes, lines };
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** A smooth line through points: each inner one pulls, the line passes between them. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (!first || !last) return "";
  const bends = rest.slice(0, -1).map((point, at) => {
    const next = rest[at + 1] ?? last;
    const end = at === rest.length - 2
      ? last
      : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    return `Q${point.x} ${point.y} ${end.x} ${end.y}`;
  });
  return `M${first.x} ${first.y}${bends.length > 0 ? bends.join("") : `L${last.x} ${last.y}`}`;
}
