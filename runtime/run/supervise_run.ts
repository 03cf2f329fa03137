/** Starts a run in a Deno process of its own and watches it to its end, whatever that is. @module */
import { registerSecretVariables } from "../io/profiles/redact.ts";
import { fingerprintBlocks } from "./fingerprint.ts";
import { checkRequest } from "./check_request.ts";
import type { RunEvent } from "./events.ts";
import { executionDateFrom } from "./execution_date.ts";
import { DEFAULT_KEPT_OUTPUTS, pruneForNewRun, pruneOutputs } from "./kept_outputs.ts";
import { areLost, withoutLost } from "./lost_outputs.ts";
import { inputBlocks, type Plan, planRun } from "./plan.ts";
import { newProcesses, type ProcessSource } from "./process_source.ts";
import type { RunOrder, RunRequest } from "./request.ts";
import { RequestError } from "./request_error.ts";
import type { RunResult } from "./result.ts";
import { resultFromHistory } from "./result_from_history.ts";
import { newRunId } from "./run_id.ts";
import type { Lease, NewRun, RunStore } from "./run_store.ts";
import { watchCancel } from "./watch_cancel.ts";
import { watchProcess } from "./watch_process.ts";

export interface SuperviseOptions {
  readonly store: RunStore;
  /** Where it gets its process from; a new one unless given. */
  readonly processes?: ProcessSource;
  /** Called for every event, in order. */
  readonly onEvent?: (event: RunEvent) => void;
  /** Aborting cancels the run: within two seconds it has ended. */
  readonly signal?: AbortSignal;
  /** Aborting ends the run's process at once; a run that was cancelled before ends as cancelled. */
  readonly killSignal?: AbortSignal;
  /** Hides secrets in what the run's process prints past its console. */
  readonly redact?: (text: string) => string;
}

/** How long a supervisor may be silent before its run counts as lost, and how often it speaks. */
export const LEASE_MS = 30_000;
const HEARTBEAT_MS = 5_000;

/** Runs the pipeline, or resumes a run of it; resolves when it has ended and all is written down.
 *
 * @throws {RequestError} when the request names what there is not, before anything is started.
 * @throws {Error} when the history cannot be written, or the run that is to be resumed is going on. */
export async function superviseRun(
  request: RunRequest,
  {
    store,
    processes = newProcesses(request),
    onEvent = () => {},
    signal,
    killSignal,
    redact = (text) => text,
  }: SuperviseOptions,
): Promise<RunResult> {
  await store.recoverRuns();
  const { run, plan, lease } = await openRun(request, store);
  registerSecretVariables(run.variables);
  const heartbeat = setInterval(() => void beat(store, lease), HEARTBEAT_MS);
  const { projectFolder, keptOutputs: kept = DEFAULT_KEPT_OUTPUTS } = request;
  // Other runs than whole new ones may read what earlier runs have saved.
  const isWhole = request.resume === undefined && request.block === undefined;
  const pruning = isWhole
    ? pruneForNewRun(projectFolder, { store, pipeline: run.pipeline, kept })
    : Promise.resolve();
  pruning.catch(() => {}); // told at the end
  using cancel = watchCancel(run.id, { store, own: signal });
  try {
    await watchProcess(orderOf(request, { run, plan, lease }), {
      writer: store.writer(lease),
      processes,
      onEvent,
      signal: cancel.signal,
      killSignal,
      redact,
      maxHeapMb: request.maxHeapMb,
    });
  } finally {
    clearInterval(heartbeat);
    await store.releaseLease(lease);
  }
  await pruning;
  await pruneOutputs(projectFolder, { store, run, kept });
  const result = await resultFromHistory(store, run.id);
  onEvent({ type: "run_ended", at: Date.now(), result });
  return result;
}

/** A run that is planned and held. */
export interface OpenedRun {
  readonly run: NewRun;
  readonly plan: Plan;
  readonly lease: Lease;
}

async function openRun(request: RunRequest, store: RunStore): Promise<OpenedRun> {
  return request.resume === undefined
    ? await createRun(request, store)
    : await reopenRun(request, request.resume, store);
}

async function createRun(request: RunRequest, store: RunStore): Promise<OpenedRun> {
  const { compiled: { pipeline }, variables = {}, block, upstream = false } = request;
  await checkRequest(pipeline, { ...request, variables });
  const executionDate = executionDateFrom(request.executionDate);
  const plan = planRun(pipeline, {
    fingerprints: await fingerprintBlocks(pipeline, variables),
    only: block === undefined ? undefined : { block, withUpstream: upstream },
    saved: await findSaved(request, store),
  });
  const run: NewRun = {
    id: newRunId(),
    pipeline: pipeline.name,
    notebook: pipeline.notebook,
    createdAt: Date.now(),
    executionDate: executionDate.toString(),
    interval: request.interval ?? null,
    variables,
    profile: request.profile ?? null,
    event: request.event,
    block: block ?? null,
    hasUpstream: upstream,
    keep: request.keep ?? "all",
  };
  return { run, plan, lease: await store.createRun(run, plan.blocks, LEASE_MS) };
}

/** Overrides that are given anew take the place of those that the run had. */
async function reopenRun(
  request: RunRequest,
  id: string,
  store: RunStore,
): Promise<OpenedRun> {
  const { compiled: { pipeline } } = request;
  const run = await store.findRun(id);
  if (!run) throw new RequestError(`Cannot resume ${id}: there is no such run`);
  if (run.pipeline !== pipeline.name) {
    throw new RequestError(
      `Cannot resume ${id}: it is a run of ${run.pipeline}, not of ${pipeline.name}`,
    );
  }
  const variables = { ...run.variables, ...request.variables };
  await checkRequest(pipeline, {
    ...request,
    variables,
    block: run.block ?? undefined,
    profile: run.profile ?? undefined,
  });
  const only = run.block === null ? undefined : { block: run.block, withUpstream: run.hasUpstream };
  const plan = planRun(pipeline, {
    fingerprints: await fingerprintBlocks(pipeline, variables),
    previous: await withoutLost(await store.listBlockRuns(id), {
      projectFolder: request.projectFolder,
      run: id,
      store,
    }),
    only,
    saved: await findSaved({ ...request, block: only?.block, upstream: run.hasUpstream }, store),
  });
  const lease = await store.resumeRun(id, plan.blocks, { variables, leaseMs: LEASE_MS });
  return { run: { ...run, variables }, plan, lease };
}

/** By block above the one that was asked for: the run that has its outputs. */
async function findSaved(
  { compiled: { pipeline }, projectFolder, block, upstream }: RunRequest,
  store: RunStore,
): Promise<ReadonlyMap<string, string>> {
  const saved = new Map<string, string>();
  if (block === undefined || upstream) return saved;
  for (const above of inputBlocks(pipeline, block)) {
    const run = await store.findSavedOutputs(pipeline.name, above.name, above.outputs);
    if (run === undefined || await areLost(above.name, { projectFolder, run, store })) continue;
    saved.set(above.name, run);
  }
  return saved;
}

/** What the run's process is told. */
export function orderOf(request: RunRequest, { run, plan, lease }: OpenedRun): RunOrder {
  return {
    nonce: crypto.randomUUID(),
    lease,
    compiled: request.compiled,
    plan,
    projectFolder: request.projectFolder,
    isUnderServer: request.isUnderServer === true,
    isResumed: request.resume !== undefined,
    isDispatched: false,
    isPartial: run.block !== null,
    variables: run.variables,
    profile: run.profile,
    executionDate: run.executionDate,
    interval: run.interval,
    event: run.event,
    keep: run.keep,
    crash: null,
    isCancelled: false,
    parked: null,
    mayWait: false,
  };
}

/** A heartbeat that fails is told by the next write of the run itself. */
async function beat(store: RunStore, lease: Lease): Promise<void> {
  try {
    await store.renewLease(lease, LEASE_MS);
  } catch {
    // A database that is locked for a while is no reason to end; the lease outlasts several beats.
  }
}
