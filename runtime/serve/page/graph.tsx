/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** A pipeline's graph as SVG, drawn without a script in the browser. @module */
import type { Block } from "../../compile/pipeline.ts";
import type { BlockStatus } from "../../run/status.ts";
import { BOX_HEIGHT, layOutGraph } from "./layout_graph.ts";

export interface GraphProps {
  readonly blocks: readonly Block[];
  /** How each block of a run stands; none where no run is shown. */
  readonly statuses?: ReadonlyMap<string, BlockStatus>;
}

/** The graph; edges that carry data are solid, those of order alone dotted. */
export function Graph({ blocks, statuses = new Map() }: GraphProps) {
  if (blocks.length === 0) return <p class="quiet">No blocks.</p>;
  const laidOut = layOutGraph(blocks);
  if (!laidOut) {
    return (
      <p class="quiet">{blocks.length} blocks: too many to draw; deno task graph lists them.</p>
    );
  }
  const { width, height, boxes, lines } = laidOut;
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
        {blocks.map(({ name, kind, cell, description }, at) => {
          const { x, y, width } = boxes[at] ?? { x: 0, y: 0, width: 0 };
          return (
            <g
              key={name}
              class={`block ${kind} ${statuses.get(name) ?? ""}`}
              transform={`translate(${x} ${y})`}
            >
              <title>{description ?? `${kind} ${name}, cell ${cell}`}</title>
              <rect width={width} height={BOX_HEIGHT} rx="7" />
              <text x="12" y="17" class="kind">{kind}</text>
              <text x="12" y="33">{name}</text>
            </g>
          );
        })}
      </svg>
    </div>
  );
}
