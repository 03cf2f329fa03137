/** A block run, or one element's: its tries until it has ended, each state written down. @module */
import type { Block } from "../compile/pipeline.ts";
import { type AttemptOptions, type AttemptOutcome, runAttempt } from "./attempt.ts";
import { ElementsFailed } from "./elements_failed.ts";
import { type Execution, refOf } from "./execution.ts";
import { retryDelayMs } from "./retry_delay.ts";
import type { ParkedWait } from "./request.ts";
import type { BlockKey, BlockWait, SavedOutput } from "./run_store.ts";
import type { BlockStatus } from "./status.ts";

/** What a try gave: the value, the rows of its tables, and what of it is saved already. */
export interface Work<Value> {
  readonly value: Value;
  readonly rows: number | null;
  readonly saved: readonly SavedOutput[] | null;
}

export interface TriesOptions {
  readonly key: BlockKey;
  readonly block: Block;
  /** Tries of the block before this process; the numbers go on from there. */
  readonly attemptsBefore: number;
  /** Of a sensor: since when it waited in earlier processes. */
  readonly waitingSince?: number | undefined;
  /** Of a sensor that waited in an earlier process: where it goes on. */
  readonly wait?: ParkedWait | undefined;
  readonly parent: AbortSignal;
  readonly each: AttemptOptions["each"];
  readonly registerHandler: AttemptOptions["registerHandler"];
}

/** The first try that failed. */
interface EarlierTry {
  readonly attempt: number;
  readonly error: string;
}

export type Ended<Value> =
  | { readonly status: "completed"; readonly value: Value }
  | { readonly status: "failed"; readonly error: unknown }
  | { readonly status: "condition_failed"; readonly reason: string }
  | { readonly status: "cancelled" };

/** Calls `work` until it succeeded or no try is left; failures are recorded, not thrown. */
export async function runTries<Value>(
  execution: Execution,
  options: TriesOptions,
  work: () => Promise<Work<Value>>,
): Promise<Ended<Value>> {
  const { key, block, attemptsBefore, parent, wait } = options;
  const firstAt = wait?.startedAt ?? Date.now();
  const memory = execution.memory.open();
  let tries = wait?.tries ?? 1;
  let earlier: EarlierTry | undefined;
  let waitingSince = wait?.since ?? options.waitingSince ?? firstAt;
  if (wait) await pauseUntil(wait.lookAt ?? 0, execution, options);
  while (true) {
    const attempt = attemptsBefore + tries;
    const startedAt = Date.now();
    await startAttempt(execution, options, { attempt, at: startedAt });
    const outcome = await runAttempt(execution, {
      ...options,
      attempt,
      timeoutMs: block.timeoutMs,
      waitingSince: block.kind === "sensor" ? waitingSince : undefined,
    }, work);
    const pause = pauseAfter(outcome, block, tries);
    if (pause !== undefined && !parent.aborted) {
      const until = Date.now() + pause;
      const isWaiting = outcome.status === "not_yet";
      const wait = isWaiting ? { since: waitingSince, lookAt: until, tries } : null;
      const retried = { attempt, startedAt, outcome, pauseMs: pause, wait };
      const error = await queueBlock(execution, options, retried);
      if (error !== null) earlier ??= { attempt, error };
      if (await (isWaiting ? pauseUntil(until, execution, options) : sleep(pause, parent))) {
        // A later look belongs to the same try.
        if (!isWaiting) [tries, waitingSince] = [tries + 1, Date.now()];
        continue;
      }
    }
    return await endBlock(execution, key, {
      outcome: pause === undefined ? outcome : { status: "cancelled" },
      block,
      attempt,
      earlier,
      startedAt,
      firstAt,
      peakRssBytes: memory.end(),
    });
  }
}

/** The wait before the next try; undefined where there is none. */
function pauseAfter(
  outcome: AttemptOutcome<unknown>,
  block: Block,
  tries: number,
): number | undefined {
  if (outcome.status === "not_yet") return outcome.everyMs;
  if (outcome.status !== "failed") return undefined;
  // Elements were tried as often as the block may be; trying all of them again would square that.
  if (outcome.error instanceof ElementsFailed) return undefined;
  return retryDelayMs(block.retry, tries);
}

async function startAttempt(
  { writer, announce }: Execution,
  { key, block }: TriesOptions,
  { attempt, at }: { attempt: number; at: number },
): Promise<void> {
  await writer.startAttempt({ ...key, kind: block.kind, attempt, at });
  const timeout = block.timeoutMs === undefined ? {} : { timeoutMs: block.timeoutMs };
  announce({ type: "block_started", ...refOf(key), at, attempt, ...timeout });
}

/** Gives the error that the try is recorded with, if it failed. */
async function queueBlock(
  { writer, announce, tell }: Execution,
  { key, block }: TriesOptions,
  { attempt, startedAt, outcome, pauseMs, wait }: {
    attempt: number;
    startedAt: number;
    outcome: AttemptOutcome<unknown>;
    pauseMs: number;
    wait: BlockWait | null;
  },
): Promise<string | null> {
  const at = Date.now();
  const error = outcome.status === "failed" ? await tell(outcome.error, key.block) : null;
  await writer.queueBlock({ ...key, attempt, startedAt, at, error, wait });
  if (error === null) {
    announce({ type: "block_waiting", ...refOf(key), at, everyMs: pauseMs });
    return null;
  }
  announce({
    type: "block_retrying",
    ...refOf(key),
    at,
    attempt,
    attempts: block.retry.attempts,
    delayMs: pauseMs,
    error,
  });
  return error;
}

/** A sensor's pause, in which the run may end its process; what it gives is as for `sleep`. An element has
 *  its block around it, which goes on. */
function pauseUntil(
  at: number,
  { parking }: Execution,
  { key, parent }: TriesOptions,
): Promise<boolean> {
  return parking && key.element === null
    ? parking.rest(key.block, at, parent)
    : sleep(at - Date.now(), parent);
}

/** Resolves to true after `ms`, to false as soon as `signal` aborts. */
function sleep(ms: number, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const stop = () => resolve(false);
  const timer = setTimeout(() => resolve(true), ms);
  signal.addEventListener("abort", stop);
  if (signal.aborted) stop();
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  });
}

/** Does not wait until the end is durable: that is written together with the start of a block below. */
async function endBlock<Value>(
  { writer, announce, beside, tell }: Execution,
  key: BlockKey,
  { outcome, block, attempt, earlier, startedAt, firstAt, peakRssBytes }: {
    outcome: AttemptOutcome<Work<Value>>;
    block: Block;
    attempt: number;
    earlier: EarlierTry | undefined;
    startedAt: number;
    firstAt: number;
    peakRssBytes: number;
  },
): Promise<Ended<Value>> {
  const status: BlockStatus = outcome.status === "not_yet" ? "cancelled" : outcome.status;
  const work = outcome.status === "completed" ? outcome.value : undefined;
  const error = outcome.status === "failed"
    ? withEarlier(await tell(outcome.error, key.block), earlier)
    : null;
  const reason = outcome.status === "condition_failed" ? outcome.reason : null;
  const at = Date.now();
  const told = { status, at, ms: at - firstAt, attempts: attempt, rows: work?.rows ?? null };
  const written = writer.endBlock({
    ...key,
    ...told,
    kind: block.kind,
    error,
    reason,
    peakRssBytes,
    saved: work?.saved ?? null,
    lastAttempt: { startedAt, status },
  });
  beside.add(written.then(() =>
    announce({
      type: "block_ended",
      ...refOf(key),
      ...told,
      ...(error === null ? {} : { error }),
      ...(reason === null ? {} : { reason }),
    })
  ));
  if (outcome.status === "completed") return { status: "completed", value: outcome.value.value };
  return outcome.status === "not_yet" ? { status: "cancelled" } : outcome;
}

/** A later try may fail of what the first has left behind, such as a target that now exists: the first
 *  error is told below the last one's message, where it was another. */
function withEarlier(error: string, earlier: EarlierTry | undefined): string {
  const [said = "", ...frames] = error.split(/\n(?=\s+at )/);
  const [first = ""] = earlier?.error.split("\n", 1) ?? [];
  if (!earlier || said.split("\n", 1)[0] === first) return error;
  return [`${said}\nTry ${earlier.attempt} failed otherwise: ${first}`, ...frames].join("\n");
}
