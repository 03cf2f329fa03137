/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** The pages and what they load, all from here. @module */
import { Hono } from "hono";
import { html } from "hono/html";
import * as z from "zod";
import { findPipeline, listPipelines } from "../pipelines.ts";
import css from "../page/page.css" with { type: "text" };
import script from "../page/page.js" with { type: "text" };
import { PipelinePage, PipelinesPage } from "../page/pipelines.tsx";
import { RunPage, RunsPage } from "../page/runs.tsx";
import type { ServerParts } from "../server_parts.ts";
import { param, queryOf } from "../valid.ts";
import { runOf } from "./runs.ts";

/** So many runs stand on a page, and so many bars in a pipeline's strip. */
const ON_A_PAGE = 50;
const IN_THE_STRIP = 14;

const PAGE = z.strictObject({ before: z.string().optional(), token: z.string().optional() });

/** The routes. */
export function pageRoutes(parts: ServerParts): Hono {
  const { store } = parts;
  return new Hono()
    .get("/", async (context) => {
      const pipelines = await listPipelines(parts, IN_THE_STRIP);
      return context.html(html`<!doctype html>${<PipelinesPage pipelines={pipelines} />}`);
    })
    .get("/pipelines/:pipeline", async (context) => {
      const pipeline = await findPipeline(param(context, "pipeline"), parts);
      return context.html(html`<!doctype html>${<PipelinePage pipeline={pipeline} />}`);
    })
    .get("/runs", async (context) => {
      const { before } = queryOf(context, PAGE);
      const found = await store.listRuns({
        limit: ON_A_PAGE + 1,
        ...(before === undefined ? {} : { before }),
      });
      const runs = found.slice(0, ON_A_PAGE);
      const last = found.length > ON_A_PAGE ? runs.at(-1) : undefined;
      const next = last && `/runs?before=${encodeURIComponent(last.id)}`;
      return context.html(html`<!doctype html>${<RunsPage runs={runs} next={next} />}`);
    })
    .get("/runs/:run", async (context) => {
      const run = await runOf(param(context, "run"), store);
      const [blockRuns, checks, artifacts, blocks] = await Promise.all([
        store.listBlockRuns(run.id),
        store.listChecks(run.id),
        store.listArtifacts(run.id),
        findPipeline(run.pipeline, parts, 1).then(({ blocks }) => blocks, () => []),
      ]);
      const props = { run, blockRuns, checks, artifacts, blocks };
      return context.html(html`<!doctype html>${<RunPage {...props} />}`);
    })
    .get(
      "/assets/page.css",
      (context) => context.body(css, 200, { "content-type": "text/css; charset=utf-8" }),
    )
    .get(
      "/assets/page.js",
      (context) => context.body(script, 200, { "content-type": "text/javascript; charset=utf-8" }),
    );
}
