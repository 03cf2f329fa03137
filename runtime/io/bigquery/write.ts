/** Writes tables and streams by load jobs, each all or nothing. @module */
import { currentScope } from "../../context/scope.ts";
import { type Table, TableStream } from "../../table/table.ts";
import type { IfExists, Written } from "../postgres/write.ts";
import { type AppendState, findAppend } from "./append_jobs.ts";
import { type WrittenColumn, writtenColumns } from "./column.ts";
import { ensureDataset } from "./dataset.ts";
import { bigQueryFailure } from "./failure.ts";
import { type Job, newJobName } from "./job.ts";
import { type Layout, layoutOptions } from "./layout.ts";
import { loadFile, requireBucketNear } from "./load.ts";
import { alignedColumns, refuseMisfit, standardType } from "./misfit.ts";
import { parquetOf } from "./parquet.ts";
import type { Service } from "./service.ts";
import { findTarget, type Target, type TargetName, targetName } from "./target.ts";

/** How a table is written. */
export interface BigQueryWrite extends Layout {
  readonly ifExists: IfExists;
  /** Names an append that is made once. */
  readonly key: string | undefined;
  /** Makes the profile's bucket where it is missing. */
  readonly createBucket?: boolean | undefined;
}

/** Types that a Parquet file's own become. */
const TOLD = [
  "INT64",
  "FLOAT64",
  "BOOL",
  "STRING",
  "BYTES",
  "DATE",
  "TIME",
  "TIMESTAMP",
  "NUMERIC",
];
const DISPOSITIONS = { fail: "WRITE_EMPTY", replace: "WRITE_TRUNCATE", append: "WRITE_APPEND" };

/** Writes `data` into `table`. */
export async function writeTable(
  service: Service,
  data: Table<unknown> | TableStream<unknown>,
  table: string,
  write: BigQueryWrite,
): Promise<Written> {
  const name = targetName(table, service.profile.project);
  const columns = writtenColumns(data, name.text);
  const layout = layoutOptions(name.text, columns, write);
  const signal = currentScope()?.run.signal;
  try {
    const target = await findTarget(service, name, signal);
    refuse(name, target, columns, write.ifExists);
    const location = await ensureDataset(service, name.datasetId, signal, {
      project: name.projectId,
    });
    await requireBucketNear(service, name.text, location, write);
    const state = await stateOf(service, write.key, {
      location: location ?? service.profile.location,
      isThere: target !== undefined,
    }, signal);
    if (state.status === "done") {
      await readThrough(data, signal);
      return { rows: outputRows(state.job) };
    }
    await using file = await parquetOf(data, columns);
    signal?.throwIfAborted();
    const job = await loadFile(service, {
      name: state.next,
      file: file.path,
      target: name.text,
      destination: name,
      signal,
      options: {
        writeDisposition: DISPOSITIONS[write.ifExists],
        createDisposition: "CREATE_IF_NEEDED",
        ...schemaOptions(columns, write.ifExists === "append" ? target : undefined),
        ...layout,
      },
    });
    return { rows: outputRows(job) };
  } catch (cause) {
    throw bigQueryFailure(service.profile, `write to ${name.text} in`, cause);
  }
}

/** Jobs run where the dataset lies. */
async function stateOf(
  service: Service,
  key: string | undefined,
  place: { readonly location: string; readonly isThere: boolean },
  signal: AbortSignal | undefined,
): Promise<AppendState> {
  if (key !== undefined) return await findAppend(service, { key, ...place }, signal);
  return { status: "open", next: () => ({ ...newJobName(service), location: place.location }) };
}

function refuse(
  name: TargetName,
  target: Target | undefined,
  columns: readonly WrittenColumn[],
  ifExists: IfExists,
): void {
  if (target === undefined || ifExists === "replace") return;
  if (ifExists === "append") return refuseMisfit(name.text, target.columns, columns);
  throw new Error(
    `Cannot write to ${name.text}: it exists; say what to do with it: ` +
      '{ ifExists: "replace" } or { ifExists: "append" }',
  );
}

/** Parquet tells most types by itself; the schema goes along where it does not, or where the table has others. */
function schemaOptions(columns: readonly WrittenColumn[], target: Target | undefined): object {
  const fields = target
    ? alignedColumns(target.columns, columns)
    : columns.map(({ schema }) => schema);
  const isTold = fields.every(({ type, mode }, index) =>
    mode !== "REPEATED" && mode !== "REQUIRED" && TOLD.includes(standardType(type)) &&
    standardType(type) === columns[index]!.schema.type
  );
  return isTold ? {} : { schema: { fields } };
}

/** Checks on a stream are judged whether or not it is sent. */
async function readThrough(
  data: Table<unknown> | TableStream<unknown>,
  signal: AbortSignal | undefined,
): Promise<void> {
  if (!(data instanceof TableStream)) return;
  for await (const _ of data.batches()) signal?.throwIfAborted();
}

function outputRows({ statistics }: Job): number {
  return Number(statistics?.load?.outputRows ?? 0);
}
