/** Makes the scope that a block's code finds around itself during one try. @module */
import type { EachRunner, Scope, ScopeEvent } from "../context/scope.ts";
import type { CallbackHandler, Outcome } from "../context/scope.ts";
import { redactAll } from "../io/profiles/redact.ts";
import { executionDateFrom } from "./execution_date.ts";
import { type Execution, refOf } from "./execution.ts";
import type { BlockKey } from "./run_store.ts";

export interface ScopeOptions {
  readonly key: BlockKey;
  readonly attempt: number;
  readonly signal: AbortSignal;
  /** Only for sensors. */
  readonly waitingSince: number | undefined;
  readonly each: (signal: AbortSignal) => EachRunner;
  readonly registerHandler: (outcome: Outcome, handler: CallbackHandler) => void;
}

/** The scope, and `settle`, which resolves when all that was reported through it is durable. */
export function openScope(
  execution: Execution,
  options: ScopeOptions,
): { readonly scope: Scope; settle(): Promise<void> } {
  const { order } = execution;
  const reports: Promise<void>[] = [];
  const calls = new Map<string, number>();
  const scope: Scope = {
    run: {
      ...runInfoOf(execution),
      signal: options.signal,
      attempt: options.attempt,
    },
    block: options.key.block,
    element: options.key.element ?? undefined,
    waitingSince: options.waitingSince,
    ...placesOf(order),
    resources: execution.resources,
    report: (event) => void reports.push(report(execution, options, redactAll(event))),
    registerHandler: options.registerHandler,
    nextCall(target) {
      const count = calls.get(target) ?? 0;
      calls.set(target, count + 1);
      return count;
    },
    each: options.each(options.signal),
  };
  return {
    scope,
    async settle() {
      await Promise.all(reports);
    },
  };
}

/** What all scopes of a run have in common of `run`. */
export function runInfoOf(execution: Execution) {
  const { order } = execution;
  return {
    id: order.lease.run,
    pipeline: order.compiled.pipeline.name,
    executionDate: executionDateFrom(order.executionDate),
    interval: order.interval
      ? {
        start: executionDateFrom(order.interval.start),
        end: executionDateFrom(order.interval.end),
      }
      : undefined,
    variables: execution.variables,
    event: order.event,
    live: false,
  };
}

/** Where the run's relative paths and profiles are looked for. */
export function placesOf(order: Execution["order"]) {
  const { notebook } = order.compiled.pipeline;
  return {
    notebookFolder: notebook.slice(0, Math.max(notebook.lastIndexOf("/"), 1)),
    projectFolder: order.projectFolder,
    profile: order.profile ?? undefined,
  };
}

async function report(
  { writer, announce }: Execution,
  { key, attempt }: ScopeOptions,
  event: ScopeEvent,
): Promise<void> {
  if (event.type === "progress") {
    return announce({ type: "progress", ...refOf(key), ...event.progress });
  }
  if (event.type === "checks") {
    await writer.addChecks(key, attempt, event.results);
    return announce({ type: "checks", ...refOf(key), results: event.results });
  }
  await writer.addArtifact(key, attempt, event.artifact);
  announce({
    type: "artifact",
    ...refOf(key),
    title: event.artifact.title ?? null,
    mediaTypes: Object.keys(event.artifact.data),
  });
}
