/** The scope of a run as the readers and writers see it, for tests. @module */
import { Resources } from "../../runtime/context/resources.ts";
import type { Scope, ScopeEvent } from "../../runtime/context/scope.ts";

export interface TestScope extends Scope {
  /** What was reported, in order. */
  readonly events: ScopeEvent[];
}

export function scopeOf(
  {
    signal = new AbortController().signal,
    folder = Deno.cwd(),
    id = "run-1",
    block = "block",
    attempt = 1,
  }: {
    readonly signal?: AbortSignal;
    readonly folder?: string;
    readonly id?: string;
    readonly block?: string;
    readonly attempt?: number;
  },
): TestScope {
  const events: ScopeEvent[] = [];
  const calls = new Map<string, number>();
  const now = Temporal.ZonedDateTime.from("2021-01-01T00:00[UTC]");
  return {
    run: {
      id,
      pipeline: "pipeline",
      executionDate: now,
      interval: undefined,
      variables: {},
      event: undefined,
      signal,
      attempt,
      live: false,
    },
    block,
    element: undefined,
    notebookFolder: folder,
    projectFolder: folder,
    profile: undefined,
    resources: new Resources(),
    events,
    report: (event) => events.push(event),
    registerHandler() {},
    nextCall(target) {
      const call = calls.get(target) ?? 0;
      calls.set(target, call + 1);
      return call;
    },
    each: (items, work) => Promise.all(items.map((item, index) => work(item, index))),
  };
}
