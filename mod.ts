/** What a cell imports as "sluice". @module */
export type { CallbackEvent, EachOptions } from "./runtime/context/scope.ts";
export type { RunInfo, RunInterval } from "./runtime/context/run_info.ts";
export { type Table, TableStream, type UnknownRow } from "./runtime/table/table.ts";
export { run } from "./runtime/context/run.ts";
export { when } from "./runtime/context/when.ts";
export { each } from "./runtime/context/each.ts";
export { until, type UntilOptions } from "./runtime/context/until.ts";
export { on } from "./runtime/context/on.ts";
export type { Given, Output } from "./runtime/compile/pipeline.ts";
