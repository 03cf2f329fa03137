/** `/api/runs`: the history, and one run with its blocks, logs, checks and what it showed. @module */
import { Hono } from "hono";
import * as z from "zod";
import type { RunRow } from "../../run/run_store.ts";
import { listOutputs } from "../outputs.ts";
import { Problem } from "../problem.ts";
import { jsonOfBlockRun, jsonOfRun } from "../run_json.ts";
import type { ServerParts } from "../server_parts.ts";
import { param, queryOf } from "../valid.ts";

const LIST = z.strictObject({
  pipeline: z.string().optional(),
  status: z.enum(["initial", "running", "completed", "failed", "cancelled"]).optional(),
  trigger: z.string().optional(),
  backfill: z.string().optional(),
  before: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(500).default(50),
});

const LOGS = z.strictObject({
  block: z.string().optional(),
  element: z.coerce.number().int().min(0).optional(),
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});

/** The routes. */
export function runRoutes({ store }: ServerParts): Hono {
  return new Hono()
    .get("/", async (context) => {
      const { limit, ...wanted } = queryOf(context, LIST);
      const found = await store.listRuns({ ...given(wanted), limit: limit + 1 });
      const runs = found.slice(0, limit).map(jsonOfRun);
      return context.json({ runs, next: found.length > limit ? runs.at(-1)?.run : null });
    })
    .get("/:run", async (context) => {
      const run = await runOf(param(context, "run"), store);
      const [blocks, checks] = await Promise.all([
        store.listBlockRuns(run.id),
        store.listChecks(run.id),
      ]);
      return context.json({ ...jsonOfRun(run), blocks: blocks.map(jsonOfBlockRun), checks });
    })
    .get("/:run/logs", async (context) => {
      const run = await runOf(param(context, "run"), store);
      const wanted = queryOf(context, LOGS);
      const lines = await store.listLogs(run.id, given(wanted));
      const after = lines.at(-1)?.number ?? wanted.after;
      return context.json({ lines: lines.map(({ type: _, ...line }) => line), after });
    })
    .get("/:run/outputs", async (context) => {
      const run = await runOf(param(context, "run"), store);
      return context.json({ outputs: await listOutputs(run.id, { store }) });
    })
    .get("/:run/artifacts", async (context) => {
      const run = await runOf(param(context, "run"), store);
      return context.json({ artifacts: await store.listArtifacts(run.id) });
    });
}

/** The run of that id.
 *
 * @throws {Problem} 404 */
export async function runOf(id: string, store: ServerParts["store"]): Promise<RunRow> {
  const run = await store.findRun(id);
  if (run) return run;
  throw new Problem(404, `Cannot find run ${id}; GET /api/runs lists those there are`);
}

type Given<Options> = { [Name in keyof Options]: Exclude<Options[Name], undefined> };

/** The options without those that were not given. */
function given<Options extends object>(options: Options): Given<Options> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Given<Options>;
}
