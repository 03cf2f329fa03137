/** What a cell imports as "sluice". @module */
import "./runtime/table/display/install.ts";
export type { CallbackEvent, EachOptions } from "./runtime/context/scope.ts";
export type { RunInfo, RunInterval } from "./runtime/context/run_info.ts";
export { type Table, TableStream, type UnknownRow } from "./runtime/table/table.ts";
export {
  type ColumnType,
  type ColumnTypes,
  columnTypes,
  type InputOf,
  type RowOf,
  type ValueOf,
} from "./runtime/table/column_types.ts";
export { check, type Checks } from "./runtime/table/check.ts";
export { CheckError } from "./runtime/table/check_error.ts";
export { type Derivation, type Derivations, derive, type Derived } from "./runtime/table/derive.ts";
export { filter, type Predicate } from "./runtime/table/filter.ts";
export { describeTable, type PreviewOptions, previewText } from "./runtime/table/preview.ts";
export { rename, renameAll, type Renamed, standardNames } from "./runtime/table/rename.ts";
export { rows, type RowsOptions } from "./runtime/table/rows.ts";
export { select } from "./runtime/table/select.ts";
export { show, type ShowOptions } from "./runtime/table/show.ts";
export { scanSql, sql, type SqlArgument } from "./runtime/table/sql.ts";
export type { SqlValue } from "./runtime/table/sql_value.ts";
export { tableFromRows, type TableFromRowsOptions } from "./runtime/table/table_from_rows.ts";
export { tableOf } from "./runtime/table/table_of.ts";
export { run } from "./runtime/context/run.ts";
export { when } from "./runtime/context/when.ts";
export { each } from "./runtime/context/each.ts";
export { type Truthy, until, type UntilOptions } from "./runtime/context/until.ts";
export { on } from "./runtime/context/on.ts";
export type { Given, Output } from "./runtime/compile/pipeline.ts";
export {
  type Executed,
  postgres,
  type PostgresConnection,
  type WriteOptions,
} from "./runtime/io/postgres/connection.ts";
export {
  type Content,
  gcs,
  type GcsConnection,
  type GsObject,
  type RetryOptions,
  type Uploaded,
} from "./runtime/io/gcs/connection.ts";
export { StorageError } from "./runtime/io/gcs/storage_error.ts";
export {
  bigquery,
  type BigQueryConnection,
  type BigQueryWriteOptions,
} from "./runtime/io/bigquery/connection.ts";
export type { BigQueryValue } from "./runtime/io/bigquery/sql_text.ts";
export { ConnectionError } from "./runtime/io/postgres/connection_error.ts";
export { ident, type QueryValue } from "./runtime/io/postgres/sql_text.ts";
export type { IfExists, Written } from "./runtime/io/postgres/write.ts";
export { sqlFile, type SqlTemplate, sqlText } from "./runtime/io/templates/sql_file.ts";
export {
  listFiles,
  readArrow,
  readCsv,
  readJson,
  readParquet,
  scanCsv,
  scanJson,
  scanParquet,
} from "./runtime/io/files/readers.ts";
export type { ArrowOptions } from "./runtime/io/files/read_arrow.ts";
export type { CsvOptions } from "./runtime/io/files/read_csv.ts";
export type { JsonOptions } from "./runtime/io/files/read_json.ts";
export type { ParquetOptions } from "./runtime/io/files/read_parquet.ts";
export {
  writeArrow,
  writeCsv,
  writeJson,
  writeParquet,
  writePartitioned,
} from "./runtime/io/files/writers.ts";
export type { CsvWriteOptions } from "./runtime/io/files/write_csv.ts";
export type { ParquetWriteOptions } from "./runtime/io/files/write_parquet.ts";
export type { PartitionOptions, PartitionsWritten } from "./runtime/io/files/write_partitioned.ts";
export type {
  BucketOptions,
  FileWriteOptions,
  FileWritten,
} from "./runtime/io/files/write_file.ts";
