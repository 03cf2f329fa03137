/** `POST /api/runs`: starts a pipeline; a run is cancelled, resumed and retried. @module */
import { Hono } from "hono";
import * as z from "zod";
import { withProjectVariables } from "../../trigger/project_variables.ts";
import { notebookAsked, VARIABLES } from "../asked.ts";
import { jsonOfRun } from "../run_json.ts";
import type { ServerParts } from "../server_parts.ts";
import { bodyOf, noBody, param } from "../valid.ts";
import { runOf } from "./runs.ts";

const START = z.strictObject({
  pipeline: z.string().min(1),
  variables: VARIABLES.default({}),
  executionDate: z.string().optional(),
  profile: z.string().optional(),
  /** A second request with the same one gives the first's run. */
  key: z.string().min(1).max(200).optional(),
});

const RESUME = z.strictObject({ variables: VARIABLES.optional() }).default({});

/** The routes. */
export function runChangeRoutes(parts: ServerParts): Hono {
  const { store, dispatcher, projectFolder } = parts;
  return new Hono()
    .post("/", async (context) => {
      const { variables, ...asked } = await bodyOf(context, START);
      const pipeline = await notebookAsked(asked.pipeline, parts);
      const accepted = await dispatcher.accept({
        ...asked,
        pipeline,
        variables: await withProjectVariables(pipeline, variables, projectFolder),
      });
      context.header("location", `/api/runs/${accepted.run}`);
      return context.json(accepted, 202);
    })
    .post("/:run/cancel", async (context) => {
      const { id } = await runOf(param(context, "run"), store);
      await noBody(context);
      await dispatcher.cancel(id);
      return context.json(jsonOfRun(await runOf(id, store)));
    })
    .post("/:run/resume", async (context) => {
      const { id } = await runOf(param(context, "run"), store);
      await dispatcher.resume(id, await bodyOf(context, RESUME));
      return context.json({ run: id }, 202);
    })
    .post("/:run/retry", async (context) => {
      const { id } = await runOf(param(context, "run"), store);
      await noBody(context);
      const run = await dispatcher.retry(id);
      context.header("location", `/api/runs/${run}`);
      return context.json({ run }, 202);
    });
}
