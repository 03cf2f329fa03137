/** What a cell imports as "sluice". @module */
export type { CallbackEvent, EachOptions } from "./runtime/context/scope.ts";
export type { RunInfo, RunInterval } from "./runtime/context/run_info.ts";
export { type Table, TableStream, type UnknownRow } from "./runtime/table/table.ts";
