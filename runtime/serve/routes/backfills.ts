/** `/api/backfills`: previewed, started, listed, cancelled, and their failed runs retried. @module */
import { Hono } from "hono";
import * as z from "zod";
import type { BackfillRow } from "../../store/backfills.ts";
import {
  type BackfillRequest,
  cancelBackfill,
  retryBackfill,
  startBackfill,
} from "../../trigger/backfill.ts";
import { BACKFILL_UNITS, planBackfill } from "../../trigger/backfill_dates.ts";
import { notebookAsked, VARIABLES } from "../asked.ts";
import { pipelineName } from "../../notebook/project_notebooks.ts";
import { Problem } from "../problem.ts";
import type { ServerParts } from "../server_parts.ts";
import { bodyOf, noBody, param, queryOf } from "../valid.ts";

const COUNT = z.int().min(1);

const REQUEST = z.strictObject({
  name: z.string().trim().min(1).max(100).optional(),
  pipeline: z.string().min(1),
  start: z.string(),
  end: z.string(),
  interval: COUNT.default(1),
  unit: z.enum(BACKFILL_UNITS).default("day"),
  zone: z.string().default("UTC"),
  variables: VARIABLES.optional(),
  profile: z.string().optional(),
  atOnce: COUNT.optional(),
  timeoutMs: COUNT.optional(),
  retry: z.strictObject({
    attempts: COUNT,
    delayMs: z.int().min(0).default(0),
    backoff: z.enum(["fixed", "exponential"]).default("fixed"),
  }).optional(),
});

const LIST = z.strictObject({ limit: z.coerce.number().int().min(1).max(500).default(50) });

/** The routes. */
export function backfillRoutes(parts: ServerParts): Hono {
  const { store } = parts;
  const requested = async (asked: z.output<typeof REQUEST>): Promise<BackfillRequest> => {
    const notebook = await notebookAsked(asked.pipeline, parts);
    // A name stays one: the backfill is found by it.
    const isPath = asked.pipeline !== pipelineName(notebook);
    return { ...asked, pipeline: isPath ? notebook : asked.pipeline };
  };
  return new Hono()
    .post("/preview", async (context) => {
      const request = await requested(await bodyOf(context, REQUEST));
      const dates = planBackfill(request);
      return context.json({ pipeline: request.pipeline, count: dates.length, dates });
    })
    .post("/", async (context) => {
      const id = await startBackfill(await requested(await bodyOf(context, REQUEST)), parts);
      context.header("location", `/api/backfills/${id}`);
      return context.json(jsonOfBackfill(await backfillOf(id, parts)), 202);
    })
    .get("/", async (context) => {
      const { limit } = queryOf(context, LIST);
      const backfills = await store.listBackfills(limit);
      return context.json({ backfills: backfills.map(jsonOfBackfill) });
    })
    .get("/:backfill", async (context) => {
      const backfill = await backfillOf(param(context, "backfill"), parts);
      const dates = await store.listBackfillDates(backfill.id);
      return context.json({ ...jsonOfBackfill(backfill), dates });
    })
    .post("/:backfill/cancel", async (context) => {
      const { id } = await backfillOf(param(context, "backfill"), parts);
      await noBody(context);
      await cancelBackfill(id, parts);
      return context.json(jsonOfBackfill(await backfillOf(id, parts)));
    })
    .post("/:backfill/retry", async (context) => {
      const { id } = await backfillOf(param(context, "backfill"), parts);
      await noBody(context);
      const retried = await retryBackfill(id, parts);
      return context.json({ ...jsonOfBackfill(await backfillOf(id, parts)), retried }, 202);
    });
}

/** The backfill of that id.
 *
 * @throws {Problem} 404 */
export async function backfillOf(
  id: string,
  { store }: Pick<ServerParts, "store">,
): Promise<BackfillRow> {
  const backfill = await store.findBackfill(id);
  if (backfill) return backfill;
  throw new Problem(404, `Cannot find backfill ${id}; GET /api/backfills lists those there are`);
}

function jsonOfBackfill({ id, createdAt, endedAt, ...rest }: BackfillRow) {
  return {
    backfill: id,
    ...rest,
    createdAt: new Date(createdAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
  };
}
