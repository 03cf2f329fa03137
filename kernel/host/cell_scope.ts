/** The scope in which a live cell runs: what `run` is to it, and what becomes of its reports. @module */
import { AsyncLocalStorage } from "node:async_hooks";
import { mapElements } from "../../runtime/context/map_elements.ts";
import { Resources } from "../../runtime/context/resources.ts";
import type { RunInfo } from "../../runtime/context/run_info.ts";
import { type Scope, withScope } from "../../runtime/context/scope.ts";
import { liveReporter } from "../../runtime/table/display/report_live.ts";
import { hasValue } from "./names.ts";
import type { HostCell, HostContext } from "./protocol.ts";

interface RunningCell {
  readonly id: string;
  readonly abort: AbortController;
}

const cells = new AsyncLocalStorage<RunningCell>();
const resources = new Resources();
let running: RunningCell | undefined;

/** Runs `work` as the cell: all that it starts knows the cell, however late. */
export async function runInCell<Result>(
  cell: HostCell,
  work: () => Promise<Result>,
): Promise<Result> {
  const own = { id: cell.id, abort: new AbortController() };
  running = own;
  return await cells.run(own, () => withScope(liveScope(cell.context, own.abort.signal), work));
}

/** Aborts what the cell waits for. */
export function stopCell(id: string): void {
  if (running?.id === id) running.abort.abort(new Error("the cell was interrupted"));
}

/** The cell that the calling code began in, where that cell is no longer the running one. */
export function strayCell(): { readonly id: string; readonly isAborted: boolean } | undefined {
  const cell = cells.getStore();
  if (cell === undefined) return undefined;
  const isAborted = cell.abort.signal.aborted;
  return cell === running && !isAborted ? undefined : { id: cell.id, isAborted };
}

/** Closes what cells opened. */
export async function closeAll(): Promise<void> {
  await resources.close();
}

function liveScope(context: HostContext, signal: AbortSignal): Scope {
  const calls = new Map<string, number>();
  return {
    run: liveRun(context, signal),
    block: context.block,
    element: undefined,
    notebookFolder: context.notebookFolder,
    projectFolder: context.projectFolder,
    profile: context.profile,
    resources,
    report: liveReporter(),
    registerHandler() {},
    nextCall(target) {
      const call = calls.get(target) ?? 0;
      calls.set(target, call + 1);
      return call;
    },
    each: mapElements,
  };
}

function liveRun(context: HostContext, signal: AbortSignal): RunInfo {
  return {
    // Another id for each cell: appending once per run means once per execution here.
    id: `live-${context.session}-${context.count}`,
    pipeline: context.pipeline,
    executionDate: executionDate(context.executionDate),
    interval: undefined,
    get variables() {
      return Object.fromEntries(
        context.parameters.filter(hasValue).map((name) => [name, Reflect.get(globalThis, name)]),
      );
    },
    event: undefined,
    signal,
    attempt: 1,
    live: true,
  };
}

function executionDate(text: string | undefined): Temporal.ZonedDateTime {
  return text === undefined
    ? Temporal.Now.zonedDateTimeISO("UTC")
    : Temporal.ZonedDateTime.from(text);
}
