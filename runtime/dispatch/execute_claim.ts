/** One try of a claimed run: planned, executed in a process of its own, settled. @module */
import type { RunEvent } from "../run/events.ts";
import { type KeptOutputs, pruneOutputs } from "../run/kept_outputs.ts";
import type { ProcessSource } from "../run/process_source.ts";
import { LEASE_MS, orderOf } from "../run/supervise_run.ts";
import type { RunRequest } from "../run/request.ts";
import type { EndedRun } from "../run/run_store.ts";
import { watchProcess } from "../run/watch_process.ts";
import type { Store } from "../store/open_store.ts";
import type { ClaimedRun } from "../store/run_queue.ts";
import type { Settled } from "../store/settle_run.ts";
import { pinnedPipeline } from "./pinned.ts";
import { type ClaimPlan, planClaim } from "./plan_claim.ts";

export interface ExecuteOptions {
  readonly projectFolder: string;
  readonly store: Store;
  readonly processes: ProcessSource;
  readonly maxHeapMb: number | undefined;
  /** See `DispatcherOptions`. */
  readonly keptOutputs: KeptOutputs | undefined;
  readonly isUnderServer: boolean;
  readonly onEvent: (event: RunEvent) => void;
  readonly redact: (text: string) => string;
  /** Aborting ends the try as cancelled. */
  readonly signal: AbortSignal;
  /** Whether the dispatcher ends, so that what it cancels goes on at the next. */
  readonly isDraining: () => boolean;
}

const HEARTBEAT_MS = 5_000;

/** Executes the try to its end; resolves when what follows it is durable.
 *
 * @throws {LeaseLostError} where another dispatcher has taken the run meanwhile. */
export async function executeClaim(
  claimed: ClaimedRun,
  options: ExecuteOptions,
): Promise<Settled> {
  const { store, signal } = options;
  const { lease, run } = claimed;
  const limit = openLimit(claimed, signal);
  const heartbeat = setInterval(
    () => void store.renewLease(lease, LEASE_MS).catch(() => {}),
    HEARTBEAT_MS,
  );
  let end: EndedRun | undefined;
  try {
    const limited = { ...options, signal: limit.signal };
    end = await tryRun(claimed, claimed.isCancelled ? onlyTelling(options) : limited);
  } finally {
    clearInterval(heartbeat);
    limit.close();
  }
  const timeout = limit.isOver() ? timeoutText(run.timeoutMs ?? 0) : undefined;
  const settled = await store.settleTry(lease, { end, isDraining: options.isDraining(), timeout });
  await pruneOutputs(options.projectFolder, { store, run, kept: options.keptOutputs });
  return settled;
}

/** How the try ended; undefined where the run waits for its sensors. It is not written down yet: who sees a
 *  run that has failed is to see that it is tried again, too. */
async function tryRun(
  claimed: ClaimedRun,
  options: ExecuteOptions,
): Promise<EndedRun | undefined> {
  const { projectFolder, store, maxHeapMb, isUnderServer, ...watching } = options;
  const { run, lease, compiled: module, isResumed, isCancelled } = claimed;
  let planned: ClaimPlan;
  let request: RunRequest;
  try {
    const compiled = await pinnedPipeline(module, { notebook: run.notebook, projectFolder });
    request = {
      compiled,
      projectFolder,
      maxHeapMb,
      isUnderServer,
      ...(isResumed ? { resume: run.id } : {}),
    };
    planned = await planClaim(claimed, compiled.pipeline, { projectFolder, store });
  } catch (failure) {
    return await endUnstarted(claimed, failure, options);
  }
  const { plan, parked } = planned;
  const order = orderOf(request, { run, plan, lease });
  let end: EndedRun | undefined;
  const noteEnd = (ended: EndedRun) => Promise.resolve(void (end = ended));
  await watchProcess({ ...order, isDispatched: true, isCancelled, parked }, {
    writer: { ...store.writer(lease), endRun: noteEnd },
    maxHeapMb,
    killSignal: undefined,
    onProcess: (pid) => store.setRunProcess(lease, pid),
    ...watching,
  });
  return end;
}

/** A run that could not be started has failed, and says why. */
async function endUnstarted(
  { lease, run }: ClaimedRun,
  failure: unknown,
  { store, redact }: ExecuteOptions,
): Promise<EndedRun> {
  const at = Date.now();
  const error = redact(failure instanceof Error ? failure.message : String(failure));
  const open = {
    status: "cancelled",
    at,
    error: null,
    errors: {},
    sparesCallbacks: false,
  } as const;
  await store.writer(lease).endOpenBlocks(open);
  return { status: "failed", at, ms: at - (run.startedAt ?? at), error, peakRssBytes: null };
}

/** The time limit of a try, counted from its beginning whatever processes it had. */
function openLimit({ run, tryStartedAt }: ClaimedRun, signal: AbortSignal) {
  if (run.timeoutMs === null) return { signal, isOver: () => false, close: () => {} };
  const late = new AbortController();
  const left = Math.max(0, tryStartedAt + run.timeoutMs - Date.now());
  const timer = setTimeout(() => {
    if (!signal.aborted) {
      late.abort(new DOMException(timeoutText(run.timeoutMs ?? 0), "AbortError"));
    }
  }, left);
  return {
    signal: AbortSignal.any([signal, late.signal]),
    isOver: () => late.signal.aborted,
    close: () => clearTimeout(timer),
  };
}

/** So long the callbacks of a run that was cancelled while it waited have, from the first event on, and the
 *  process until then. */
const TELL_MS = 1_000;
const START_MS = 10_000;

/** Nothing is left to be cancelled, but what is left to be told must end. */
function onlyTelling(options: ExecuteOptions): ExecuteOptions {
  const late = new AbortController();
  const limitTo = (ms: number) => Deno.unrefTimer(setTimeout(() => late.abort(), ms));
  limitTo(START_MS);
  let hasBegun = false;
  const onEvent = (event: RunEvent) => {
    if (!hasBegun) limitTo(TELL_MS);
    hasBegun = true;
    options.onEvent(event);
  };
  return { ...options, onEvent, signal: late.signal };
}

function timeoutText(timeoutMs: number): string {
  return `the run did not end within its timeout of ${timeoutMs} ms, so it was cancelled; ` +
    "give its trigger a longer one, or make it faster";
}
