/** From what is asked for to what is put into the queue: the notebook found, compiled and checked. @module */
import { join, resolve } from "../context/paths.ts";
import type { CompiledPipeline } from "../compile/pipeline.ts";
import { pipelineName, projectNotebooks } from "../notebook/project_notebooks.ts";
import { checkRequest } from "../run/check_request.ts";
import { executionDateFrom } from "../run/execution_date.ts";
import { RequestError } from "../run/request_error.ts";
import { newRunId } from "../run/run_id.ts";
import type { AcceptedRun } from "../store/run_queue.ts";
import type { RunToAccept } from "./api.ts";

/** A pipeline that takes what a run is asked for with. */
interface Checked {
  readonly notebook: string;
  readonly compiled: CompiledPipeline;
}

/** The runs as the queue takes them. Where one is refused and that is to be recorded, `refusal` says why.
 *  What several ask for alike is compiled and checked once.
 *
 * @throws {RequestError | CompileErrors} where one is refused, unless that is to be recorded. */
export async function acceptedRunsFrom(
  asked: readonly RunToAccept[],
  projectFolder: string,
): Promise<readonly AcceptedRun[]> {
  const known = new Map<string, Promise<Checked>>();
  return await Promise.all(asked.map((run) => {
    const { pipeline, variables, profile } = run;
    const key = JSON.stringify([pipeline, variables, profile]);
    const checked = known.get(key) ?? checkedFrom(run, projectFolder);
    known.set(key, checked);
    return acceptedRunFrom(run, checked, projectFolder);
  }));
}

async function checkedFrom(
  { pipeline, variables = {}, profile }: RunToAccept,
  projectFolder: string,
): Promise<Checked> {
  const notebook = findNotebook(pipeline, projectFolder);
  const compiled = await compile(notebook, projectFolder);
  await checkRequest(compiled.pipeline, { variables, profile, projectFolder });
  return { notebook, compiled };
}

async function acceptedRunFrom(
  asked: RunToAccept,
  checked: Promise<Checked>,
  projectFolder: string,
): Promise<AcceptedRun> {
  const common = commonOf(asked);
  try {
    const { notebook, compiled: { pipeline, module } } = await checked;
    const executionDate = executionDateFrom(asked.executionDate).toString();
    return {
      ...common,
      pipeline: pipeline.name,
      notebook,
      executionDate,
      lane: laneOf(asked, pipeline.name),
      compiled: module,
      refusal: null,
    };
  } catch (error) {
    if (asked.whenRefused !== "record") throw error;
    const pipeline = pipelineName(asked.pipeline);
    return {
      ...common,
      pipeline,
      notebook: resolve(projectFolder, asked.pipeline),
      executionDate: executionDateFrom(undefined).toString(),
      lane: null,
      compiled: null,
      refusal: error instanceof Error ? error.message : String(error),
    };
  }
}

/** The absolute path of the notebook that is meant.
 *
 * @throws {RequestError} where there is none, or two of that name. */
export function findNotebook(pipeline: string, projectFolder: string): string {
  if (pipeline.endsWith(".ipynb") || pipeline.includes("/")) {
    return resolve(projectFolder, pipeline);
  }
  const found = projectNotebooks(projectFolder).filter((path) => pipelineName(path) === pipeline);
  const [first, ...others] = found;
  if (first !== undefined && others.length === 0) return first;
  const why = first === undefined
    ? `there is no ${join(projectFolder, "notebooks", `${pipeline}.ipynb`)}`
    : `it may be ${found.join(" or ")}; write the path`;
  throw new RequestError(`Cannot run ${pipeline}: ${why}`);
}

/** The notebook as it is now. Loaded late: the compiler is not needed before the first run. */
export async function compile(notebook: string, projectFolder: string): Promise<CompiledPipeline> {
  const { compileNotebook } = await import("../compile/compile.ts");
  return await compileNotebook(notebook, { projectFolder });
}

function commonOf(asked: RunToAccept) {
  const { retry } = asked;
  return {
    id: newRunId(),
    createdAt: Date.now(),
    interval: asked.interval ?? null,
    variables: asked.variables ?? {},
    profile: asked.profile ?? null,
    event: asked.event,
    block: null,
    hasUpstream: false,
    keep: "all" as const,
    trigger: asked.trigger ?? null,
    backfill: asked.backfill ?? null,
    key: asked.key ?? null,
    priority: asked.priority ?? 0,
    isSkippable: asked.concurrency === "skip",
    timeoutMs: asked.timeoutMs ?? null,
    retry: retry ? { ...retry, backoff: retry.backoff ?? "fixed" as const } : null,
    slaMs: asked.slaMs ?? null,
    onLost: asked.onLost ?? "resume" as const,
  };
}

/** Runs that may not go on beside each other are in one lane. */
function laneOf({ lane, concurrency, trigger }: RunToAccept, pipeline: string) {
  if (lane) return lane;
  if (concurrency !== "queue" && concurrency !== "skip") return null;
  const name = trigger === undefined ? `pipeline ${pipeline}` : `trigger ${trigger}`;
  return { name, atMost: 1 };
}
