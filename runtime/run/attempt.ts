/** One try of a block or an element: its scope, its time limit, and how it came out. @module */
import { withScope } from "../context/scope.ts";
import { NotYet } from "../context/not_yet.ts";
import { ConditionFailed } from "../context/when.ts";
import { redact } from "../io/profiles/redact.ts";
import type { Execution, OpenAttempt } from "./execution.ts";
import type { BlockKey } from "./run_store.ts";
import { openScope, type ScopeOptions } from "./open_scope.ts";

export type AttemptOutcome<Value> =
  | { readonly status: "completed"; readonly value: Value }
  | { readonly status: "not_yet"; readonly everyMs: number }
  | { readonly status: "condition_failed"; readonly reason: string }
  | { readonly status: "cancelled" }
  | { readonly status: "failed"; readonly error: unknown };

export interface AttemptOptions extends Omit<ScopeOptions, "signal"> {
  readonly key: BlockKey;
  readonly attempt: number;
  readonly timeoutMs: number | undefined;
  /** Aborts when what the try belongs to is given up. */
  readonly parent: AbortSignal;
}

/** How long code may take to notice that its signal was aborted, before it is left to itself. */
const GRACE_MS = 500;

/** Calls `work` in a scope of its own; resolves, whatever comes of it.
 *
 * Past the time limit, on cancellation and on `fail`, `run.signal` aborts, and the code has half a
 * second to end by itself. */
export async function runAttempt<Value>(
  execution: Execution,
  options: AttemptOptions,
  work: () => Promise<Value> | Value,
): Promise<AttemptOutcome<Value>> {
  const stop = new AbortController();
  const { promise: stopped, resolve: stopWith } = Promise.withResolvers<AttemptOutcome<Value>>();
  const { scope, settle } = openScope(execution, { ...options, signal: stop.signal });
  function stopFor(outcome: AttemptOutcome<Value>, reason: unknown): void {
    stopWith(outcome);
    // In the scope, so that what listens to the signal is still the block's code.
    withScope(scope, () => stop.abort(reason));
  }
  const open: OpenAttempt = {
    key: options.key,
    attempt: options.attempt,
    fail: (error) => stopFor(outcomeOf(error), error),
  };
  const onCancel = () => stopFor({ status: "cancelled" }, options.parent.reason);
  const timer = startTimer(options, (error) => stopFor({ status: "failed", error }, error));
  execution.attempts.all.add(open);
  execution.attempts.byScope.set(scope, open);
  options.parent.addEventListener("abort", onCancel);
  if (options.parent.aborted) onCancel();
  try {
    const settled = stop.signal.aborted ? stopped : settleWork(() => withScope(scope, work));
    const outcome = await Promise.race([stopped, settled]);
    if (stop.signal.aborted) await withinGrace(settled);
    await settle();
    return stop.signal.aborted ? await stopped : outcome;
  } finally {
    clearTimeout(timer);
    options.parent.removeEventListener("abort", onCancel);
    execution.attempts.all.delete(open);
  }
}

async function settleWork<Value>(
  work: () => Promise<Value> | Value,
): Promise<AttemptOutcome<Value>> {
  try {
    return { status: "completed", value: await work() };
  } catch (error) {
    return outcomeOf(error);
  }
}

function outcomeOf<Value>(error: unknown): AttemptOutcome<Value> {
  if (error instanceof NotYet) return { status: "not_yet", everyMs: error.everyMs };
  if (error instanceof ConditionFailed) {
    return { status: "condition_failed", reason: redact(error.message) };
  }
  return { status: "failed", error };
}

function startTimer(
  { timeoutMs }: AttemptOptions,
  onTimeout: (error: Error) => void,
): ReturnType<typeof setTimeout> | undefined {
  if (timeoutMs === undefined) return undefined;
  return setTimeout(() => onTimeout(timeoutError(timeoutMs)), timeoutMs);
}

/** What a try fails with that was not done within its time limit. */
export function timeoutError(timeoutMs: number): Error {
  const error = new Error(
    `did not end within its timeout of ${timeoutMs} ms; give it a longer one, or make it faster`,
  );
  error.name = "TimeoutError";
  // The stack of a timer says nothing about the block.
  delete error.stack;
  return error;
}

async function withinGrace(settled: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, GRACE_MS);
  await Promise.race([settled, promise]);
  clearTimeout(timer);
}
