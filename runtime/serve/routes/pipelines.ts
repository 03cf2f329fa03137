/** `/api/pipelines`: what may be run, and its graph. @module */
import { Hono } from "hono";
import * as z from "zod";
import { mermaidOf } from "../../compile/mermaid.ts";
import { compiledPipeline, findPipeline, listPipelines } from "../pipelines.ts";
import type { ServerParts } from "../server_parts.ts";
import { param, queryOf } from "../valid.ts";
import { jsonOfRun } from "../run_json.ts";

const GRAPH = z.strictObject({ format: z.enum(["json", "mermaid"]).default("json") });

/** The routes. */
export function pipelineRoutes(parts: ServerParts): Hono {
  return new Hono()
    .get("/", async (context) => {
      const pipelines = await listPipelines(parts);
      return context.json({
        pipelines: pipelines.map(({ latestRuns, blocks, ...rest }) => ({
          ...rest,
          blocks: blocks.length,
          lastRun: latestRuns[0] ? jsonOfRun(latestRuns[0]) : null,
        })),
      });
    })
    .get("/:pipeline", async (context) => {
      const { latestRuns, ...rest } = await findPipeline(param(context, "pipeline"), parts);
      return context.json({ ...rest, latestRuns: latestRuns.map(jsonOfRun) });
    })
    .get("/:pipeline/graph", async (context) => {
      const { format } = queryOf(context, GRAPH);
      const { pipeline } = await compiledPipeline(param(context, "pipeline"), parts);
      if (format === "mermaid") return context.text(mermaidOf(pipeline) + "\n");
      return context.json({
        blocks: pipeline.blocks.map(({ name, kind }) => ({ name, kind })),
        edges: pipeline.blocks.flatMap(({ name, upstream, inputs }) =>
          upstream.map((from) => ({
            from,
            to: name,
            variables: inputs.filter((input) => input.from === from).map((input) => input.name),
          }))
        ),
      });
    });
}
