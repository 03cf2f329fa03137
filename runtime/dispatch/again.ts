/** Runs that are run again: under the same id from what had completed, or anew. @module */
import { checkRequest } from "../run/check_request.ts";
import { ConflictError, RequestError } from "../run/request_error.ts";
import type { RunStore } from "../run/run_store.ts";
import type { Store } from "../store/open_store.ts";
import { compile } from "./accepted_run.ts";
import type { RunToAccept } from "./api.ts";

/** Queues an ended run under its id, with the notebook as it is now.
 *
 * @throws {RequestError | CompileErrors} when it completed, has not ended, or cannot be. */
export async function queueAgain(
  id: string,
  changes: { readonly variables?: Readonly<Record<string, string>> | undefined },
  { store, projectFolder }: { readonly store: Store; readonly projectFolder: string },
): Promise<void> {
  const run = await store.findRun(id);
  if (!run) throw new RequestError(`Cannot resume ${id}: there is no such run`);
  const { pipeline, module } = await compile(run.notebook, projectFolder);
  const variables = { ...run.variables, ...changes.variables };
  const profile = run.profile ?? undefined;
  await checkRequest(pipeline, { variables, profile, projectFolder });
  if (await store.queueAgain(id, { compiled: module, variables })) return;
  const now = (await store.findRun(id))?.status;
  const why = now === "completed" ? "it completed; retry it to run it anew" : "it has not ended";
  throw new ConflictError(`Cannot resume ${id}: ${why}`);
}

/** What a new run like this one is asked for with.
 *
 * @throws {RequestError} when there is no such run, or it has not ended. */
export async function runLike(id: string, store: RunStore): Promise<RunToAccept> {
  const run = await store.findRun(id);
  if (!run) throw new RequestError(`Cannot retry ${id}: there is no such run`);
  if (run.status === "initial" || run.status === "running") {
    throw new ConflictError(`Cannot retry ${id}: it has not ended; cancel it first`);
  }
  return {
    pipeline: run.notebook,
    variables: run.variables,
    profile: run.profile ?? undefined,
    executionDate: run.executionDate,
    interval: run.interval ?? undefined,
    event: run.event,
    trigger: run.trigger ?? undefined,
    backfill: run.backfill ?? undefined,
    priority: run.priority,
    timeoutMs: run.timeoutMs ?? undefined,
    retry: run.retry ?? undefined,
    slaMs: run.slaMs ?? undefined,
    onLost: run.onLost ?? undefined,
  };
}
