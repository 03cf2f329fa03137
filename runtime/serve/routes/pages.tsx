/** @jsxRuntime automatic */
/** @jsxImportSource hono/jsx */
/** The pages. @module */
import { type Context, Hono } from "hono";
import { html } from "hono/html";
import * as z from "zod";
import { findPipeline, listPipelines, parametersFor } from "../pipelines.ts";
import { listOutputs, outputOf, previewOutput } from "../outputs.ts";
import { BackfillPage, BackfillsPage } from "../page/backfills.tsx";
import { OutputPage } from "../page/output.tsx";
import { PipelinePage, PipelinesPage } from "../page/pipelines.tsx";
import { RunPage } from "../page/run.tsx";
import { olderPath, RUN_STATUSES, RunsPage } from "../page/runs.tsx";
import { TriggerPage, TriggersPage } from "../page/triggers.tsx";
import type { ServerParts } from "../server_parts.ts";
import { listTriggers } from "../triggers.ts";
import { param, queryOf } from "../valid.ts";
import { backfillOf } from "./backfills.ts";
import { runOf } from "./runs.ts";
import { triggerIn } from "./triggers.ts";

/** So many runs stand on a page, so many in a list beside other things, so many bars in a pipeline's strip. */
const ON_A_PAGE = 50;
const BESIDE = 10;
const IN_THE_STRIP = 14;

/** A form sends what nobody chose as empty text. */
const CHOICE = z.string().transform((text) => text === "" ? undefined : text).optional();

const RUNS = z.strictObject({
  pipeline: CHOICE,
  status: z.enum(["", ...RUN_STATUSES]).transform((text) => text === "" ? undefined : text)
    .optional(),
  trigger: CHOICE,
  backfill: CHOICE,
  before: z.string().optional(),
});

const BACKFILLS = z.strictObject({ pipeline: CHOICE });

type Parts = ServerParts;

/** The routes. */
export function pageRoutes(parts: Parts): Hono {
  return new Hono()
    .get("/", async (context) => {
      const pipelines = await listPipelines(parts, IN_THE_STRIP);
      return page(context, <PipelinesPage pipelines={pipelines} />);
    })
    .get("/pipelines/:pipeline", async (context) => {
      const pipeline = await findPipeline(param(context, "pipeline"), parts);
      return page(context, <PipelinePage pipeline={pipeline} />);
    })
    .get("/triggers", async (context) => {
      return page(context, <TriggersPage {...await listTriggers(parts)} />);
    })
    .get("/triggers/:trigger", (context) => triggerPage(context, parts))
    .get("/runs", (context) => runsPage(context, parts))
    .get("/runs/:run", (context) => runPage(context, parts))
    .get("/runs/:run/outputs/:block/:name", async (context) => {
      const run = await runOf(param(context, "run"), parts.store);
      const named = { block: param(context, "block"), name: param(context, "name") };
      const output = await outputOf(run.id, named, parts);
      const preview = await previewOutput(run.id, output, parts);
      return page(context, <OutputPage run={run} output={output} preview={preview} />);
    })
    .get("/backfills", async (context) => {
      const { pipeline } = queryOf(context, BACKFILLS);
      const pipelines = await listPipelines(parts, 0);
      const props = {
        backfills: await parts.store.listBackfills(ON_A_PAGE),
        pipelines: pipelines.filter(({ error }) => error === null).map(({ name }) => name),
        chosen: pipeline === undefined ? undefined : await findPipeline(pipeline, parts, 0),
      };
      return page(context, <BackfillsPage {...props} />);
    })
    .get("/backfills/:backfill", async (context) => {
      const backfill = await backfillOf(param(context, "backfill"), parts);
      const dates = await parts.store.listBackfillDates(backfill.id);
      return page(context, <BackfillPage backfill={backfill} dates={dates} />);
    });
}

async function runsPage(context: Context, parts: Parts): Promise<Response> {
  const { before, ...filter } = queryOf(context, RUNS);
  const found = await parts.store.listRuns({ ...filter, before, limit: ON_A_PAGE + 1 });
  const runs = found.slice(0, ON_A_PAGE);
  const last = found.length > ON_A_PAGE ? runs.at(-1) : undefined;
  const props = {
    runs,
    filter,
    next: last && olderPath(filter, last.id),
    isFirst: before === undefined,
    pipelines: (await listPipelines(parts, 0)).map(({ name }) => name),
    triggers: (await listTriggers(parts)).triggers.map(({ name }) => name),
  };
  return page(context, <RunsPage {...props} />);
}

async function runPage(context: Context, parts: Parts): Promise<Response> {
  const { store } = parts;
  const run = await runOf(param(context, "run"), store);
  const [blockRuns, checks, artifacts, outputs, blocks] = await Promise.all([
    store.listBlockRuns(run.id),
    store.listChecks(run.id),
    store.listArtifacts(run.id),
    listOutputs(run.id, parts),
    findPipeline(run.pipeline, parts, 0).then(({ blocks }) => blocks, () => []),
  ]);
  const props = { run, blockRuns, checks, artifacts, outputs, blocks };
  return page(context, <RunPage {...props} />);
}

async function triggerPage(context: Context, parts: Parts): Promise<Response> {
  const listed = await listTriggers(parts);
  const trigger = triggerIn(listed, param(context, "trigger"));
  const props = {
    trigger,
    etag: listed.etag,
    parameters: await parametersFor(trigger.pipeline, parts),
    runs: await parts.store.listRuns({ trigger: trigger.name, limit: BESIDE }),
  };
  return page(context, <TriggerPage {...props} />);
}

function page(context: Context, content: unknown): Response | Promise<Response> {
  return context.html(html`<!doctype html>${content}`);
}
