/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** A pipeline's graph as SVG: laid out by dagre, drawn here, without a script in the browser. @module */
import dagre from "@dagrejs/dagre";
import type { Block } from "../../compile/pipeline.ts";
import type { BlockStatus } from "../../run/status.ts";

export interface GraphProps {
  readonly blocks: readonly Block[];
  /** How each block of a run stands; none where no run is shown. */
  readonly statuses?: ReadonlyMap<string, BlockStatus>;
}

const HEIGHT = 42;
const LETTER = 7.4;
const MARGIN = 8;

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The graph; edges that carry data are solid, those of order alone dotted. */
export function Graph({ blocks, statuses = new Map() }: GraphProps) {
  if (blocks.length === 0) return <p class="quiet">No blocks.</p>;
  const { width, height, boxes, lines } = layOut(blocks);
  return (
    <div class="scroll">
      <svg
        class="graph"
        width={width}
        height={height}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`Graph: ${blocks.map(({ name }) => name).join(", ")}`}
      >
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            orient="auto"
          >
            <path d="M0 0L8 4L0 8z" />
          </marker>
        </defs>
        {lines.map(({ path, isData, title }) => (
          <path key={path} class={isData ? "edge" : "edge order"} d={path} marker-end="url(#arrow)">
            <title>{title}</title>
          </path>
        ))}
        {boxes.map(({ block, x, y, width }) => (
          <g
            key={block.name}
            class={`block ${block.kind} ${statuses.get(block.name) ?? ""}`}
            transform={`translate(${x - width / 2} ${y - HEIGHT / 2})`}
          >
            <title>{block.description ?? `${block.kind} ${block.name}, cell ${block.cell}`}</title>
            <rect width={width} height={HEIGHT} rx="7" />
            <text x="12" y="17" class="kind">{block.kind}</text>
            <text x="12" y="33">{block.name}</text>
          </g>
        ))}
      </svg>
    </div>
  );
}

function layOut(blocks: readonly Block[]) {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 22, ranksep: 46, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { name } of blocks) {
    graph.setNode(name, { width: Math.max(96, name.length * LETTER + 26), height: HEIGHT });
  }
  for (const { name, upstream, of } of blocks) {
    for (const from of [...upstream, ...of]) graph.setEdge(from, name);
  }
  dagre.layout(graph);
  const { width = 0, height = 0 } = graph.graph();
  const boxes = blocks.map((block) => {
    const { x = 0, y = 0, width = 0 } = graph.node(block.name);
    return { block, x, y, width };
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
