/** Backfills: one run for each execution date, at most so many at once.
 *
 *  A backfill is written down with all its dates before the first run is asked for; each run's key is its
 *  date and attempt. So whoever goes on after a kill asks for those that are missing, and for none twice. The
 *  dispatcher's lane holds the limit, with a server as without. @module */
import type { Dispatcher, RunToAccept } from "../dispatch/api.ts";
import { newRunId } from "../run/run_id.ts";
import { ConflictError, RequestError } from "../run/request_error.ts";
import type { Retry } from "../notebook/notebook.ts";
import type { BackfillDate, BackfillRow, Backfills } from "../store/backfills.ts";
import { type BackfillSpan, planBackfill } from "./backfill_dates.ts";
import { findNotebook } from "./check_pipeline.ts";
import { withProjectVariables } from "./project_variables.ts";

/** What is asked for. */
export interface BackfillRequest extends BackfillSpan {
  /** What people call it; any text, which others may have too. */
  readonly name?: string | undefined;
  readonly variables?: Readonly<Record<string, string>> | undefined;
  readonly profile?: string | undefined;
  /** So many runs at once; 4 unless given. */
  readonly atOnce?: number | undefined;
  readonly retry?: Retry | undefined;
  readonly timeoutMs?: number | undefined;
}

export interface BackfillOptions {
  readonly projectFolder: string;
  readonly store: Backfills;
  readonly dispatcher: Pick<Dispatcher, "acceptAll" | "cancel">;
}

const AT_ONCE = 4;
/** So many runs are accepted together: other requests are answered in between. */
const TOGETHER = 500;
/** A run of today is not to wait for years of history. */
const PRIORITY = -1;

/** Starts a backfill; resolves with its id when all of its runs are accepted.
 *
 * @throws {RequestError} where the span, the pipeline or its variables cannot be; nothing has begun then. */
export async function startBackfill(
  request: BackfillRequest,
  options: BackfillOptions,
): Promise<string> {
  const { projectFolder, store } = options;
  const dates = planBackfill(request);
  const { pipeline, atOnce = AT_ONCE } = request;
  if (!Number.isInteger(atOnce) || atOnce < 1) {
    throw new RequestError(
      `Cannot backfill ${pipeline}: ${atOnce} runs at once cannot be; give a whole number from 1`,
    );
  }
  await checkVariables(request, projectFolder);
  const variables = await withProjectVariables(pipeline, request.variables ?? {}, projectFolder);
  const id = newRunId();
  const backfill = { id, pipeline, createdAt: Date.now(), request: { ...request, variables } };
  await store.addBackfill(backfill, dates);
  await acceptMissing(id, options);
  return id;
}

/** Asks for the runs that backfills still lack because whoever asked for them was killed. */
export async function continueBackfills(options: BackfillOptions): Promise<void> {
  for (const id of await options.store.listBackfillsToContinue()) await acceptMissing(id, options);
}

/** Asks for no more runs, and cancels those that have not ended.
 *
 * @throws {RequestError} where there is no such backfill, or it has ended. */
export async function cancelBackfill(id: string, options: BackfillOptions): Promise<void> {
  const { store, dispatcher } = options;
  const { status } = await findBackfill(id, "cancel", options);
  if (status !== "running") {
    throw new ConflictError(`Cannot cancel backfill ${id}: it has ended (${status})`);
  }
  await store.markBackfillCancelled(id, Date.now());
  const dates = await store.listBackfillDates(id);
  const open = dates.filter((date) => date.status === "initial" || date.status === "running");
  await cancelRuns(open.flatMap(({ run }) => run ?? []), dispatcher);
}

/** They may end by themselves meanwhile. */
async function cancelRuns(
  runs: readonly string[],
  dispatcher: BackfillOptions["dispatcher"],
): Promise<void> {
  await Promise.all(runs.map((run) => dispatcher.cancel(run).catch(throwOthers)));
}

/** Runs the dates again whose runs failed or were cancelled, and no others; tells how many.
 *
 * @throws {RequestError} where there is no such backfill, or none of its runs failed. */
export async function retryBackfill(id: string, options: BackfillOptions): Promise<number> {
  const backfill = await findBackfill(id, "retry", options);
  const dates = await options.store.listBackfillDates(id);
  const failed = dates.filter(({ status, run }) =>
    status === "failed" || status === "cancelled" ||
    (run === null && backfill.status === "cancelled")
  );
  if (failed.length === 0) {
    throw new ConflictError(`Cannot retry backfill ${id}: none of its runs failed`);
  }
  await options.store.repeatBackfillDates(id, failed.map(({ position }) => position));
  await acceptMissing(id, options);
  return failed.length;
}

async function findBackfill(
  id: string,
  doing: string,
  { store }: BackfillOptions,
): Promise<BackfillRow> {
  const backfill = await store.findBackfill(id);
  if (backfill) return backfill;
  const [latest] = await store.listBackfills(1);
  const mend = latest ? `; the latest is ${latest.id}` : "; there are none in this project";
  throw new RequestError(`Cannot ${doing} backfill ${id}: there is no such backfill${mend}`);
}

async function acceptMissing(id: string, { store, dispatcher }: BackfillOptions): Promise<void> {
  const backfill = await store.findBackfill(id);
  const request = backfill?.request as BackfillRequest;
  const dates = (await store.listBackfillDates(id)).filter(({ run }) => run === null);
  while (dates.length > 0) {
    const together = dates.splice(0, TOGETHER);
    const accepted = await dispatcher.acceptAll(
      together.map((date) => runToAccept(id, date, request)),
    );
    const runs = together.map(({ position }, at) => ({ position, run: accepted[at]?.run ?? "" }));
    await store.setBackfillRuns(id, runs);
    if ((await store.findBackfill(id))?.cancelledAt == null) continue;
    // It was cancelled before these were known to be its own.
    return await cancelRuns(runs.map(({ run }) => run), dispatcher);
  }
}

function runToAccept(
  id: string,
  { position, attempt, executionDate, intervalEnd }: BackfillDate,
  { pipeline, variables, profile, atOnce = AT_ONCE, retry, timeoutMs }: BackfillRequest,
): RunToAccept {
  return {
    pipeline,
    variables,
    profile,
    executionDate,
    interval: { start: executionDate, end: intervalEnd },
    backfill: id,
    key: `backfill ${id} ${position} ${attempt}`,
    priority: PRIORITY,
    lane: { name: `backfill ${id}`, atMost: atOnce },
    retry,
    timeoutMs,
    whenRefused: "record",
  };
}

/** Before anything is written: a mistyped variable is not to become eight failed runs. */
async function checkVariables(
  { pipeline, variables = {}, profile }: BackfillRequest,
  projectFolder: string,
): Promise<void> {
  const notebook = findNotebook(pipeline, projectFolder);
  if (notebook === undefined) {
    throw new RequestError(`Cannot backfill ${pipeline}: notebooks/ has no such pipeline`);
  }
  const { compileNotebook } = await import("../compile/compile.ts");
  const compiled = await compileNotebook(notebook, { projectFolder });
  const { checkRequest } = await import("../run/check_request.ts");
  await checkRequest(compiled.pipeline, { variables, profile, projectFolder });
}

function throwOthers(error: unknown): void {
  if (!(error instanceof RequestError)) throw error;
}
