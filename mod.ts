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
export {
  type Executed,
  postgres,
  type PostgresConnection,
  type WriteOptions,
} from "./runtime/io/postgres/connection.ts";
export { ConnectionError } from "./runtime/io/postgres/connection_error.ts";
export { ident, type QueryValue } from "./runtime/io/postgres/sql_text.ts";
export type { IfExists, Written } from "./runtime/io/postgres/write.ts";
export { sqlFile, type SqlTemplate, sqlText } from "./runtime/io/templates/sql_file.ts";
