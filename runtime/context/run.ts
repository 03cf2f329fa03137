/** `run`: what a cell may know of the run it belongs to.
 *  Each property is looked up when it is read, so that runs side by side never mix. @module */
import type { RunInfo } from "./run_info.ts";
import { currentScope } from "./scope.ts";
import { findLiveRun } from "./live.ts";

const propertyNames: readonly (keyof RunInfo)[] = [
  "id",
  "pipeline",
  "executionDate",
  "interval",
  "variables",
  "event",
  "signal",
  "attempt",
  "live",
];

/** The run that the calling code belongs to: its id, pipeline, execution date, variables, signal.
 *  In Jupyter it stands for the open notebook; outside both, reading a property throws.
 *
 * @example
 * ```ts
 * import { run } from "./run.ts";
 *
 * function fileOfTheDay() {
 *   return `trips_${run.executionDate.toPlainDate()}.csv`;
 * }
 * ``` */
export const run: RunInfo = Object.defineProperties(
  {} as RunInfo,
  Object.fromEntries(propertyNames.map((name) => [name, {
    enumerable: true,
    get: () => currentRun(name)[name],
  }])),
);

function currentRun(name: string): RunInfo {
  const found = currentScope()?.run ?? findLiveRun();
  if (found) return found;
  throw new Error(
    `run is not available here: run.${name} was read outside of a run; ` +
      "read it inside a block, or in a function that a block calls",
  );
}
