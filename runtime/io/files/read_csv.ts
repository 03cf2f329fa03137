/** Reads CSV files into a table. @module */
import { basename } from "../../context/paths.ts";
import { type RecordBatch, Table as ArrowTable } from "apache-arrow";
import type { ColumnTypes, RowOf } from "../../table/column_types.ts";
import { duckdb } from "../../table/engine.ts";
import { EngineError } from "../../table/engine_error.ts";
import type { Table } from "../../table/table.ts";
import { tableFromBatches } from "../../table/table_from_batches.ts";
import { ProgressReport } from "../progress_report.ts";
import type { CsvFormat } from "./csv_dialect.ts";
import { startCsv } from "./csv_load.ts";
import { planCsv, SAMPLE_ROWS, undeclared } from "./csv_plan.ts";
import type { CsvPlan } from "./csv_query.ts";
import { locate, type LocateOptions, type Source } from "./locate.ts";
import { mayLoadDuckDB } from "./native.ts";
import { schemaOf, withSchema } from "./not_null.ts";
import { NotPlain } from "./plain_fields.ts";
import { plainBatches, plainSchema } from "./plain_csv.ts";
import type { ProvedStream } from "./proved_stream.ts";

/** How `readCsv` and `scanCsv` take a file. */
export interface CsvOptions<
  Types extends ColumnTypes = ColumnTypes,
  Dates extends string = string,
> extends CsvFormat, LocateOptions {
  /** The columns' types, an assertion: a value that does not fit ends the read. Columns not named are
   *  inferred from all of their values. */
  readonly types?: Types;
  /** Columns that are timestamps. */
  readonly parseDates?: readonly Dates[];
  /** Refuses columns that are neither in `types` nor in `parseDates`. */
  readonly exact?: boolean;
  /** Texts that stand for null where they are not quoted: the empty one by default. */
  readonly nullValues?: readonly string[];
}

/** Rows as `types` and `parseDates` declare them. */
export type DeclaredRow<Types extends ColumnTypes, Dates extends string> =
  & RowOf<Types>
  & { readonly [Name in Exclude<Dates, keyof Types>]: Date | null };

/** The endings of a CSV file in a folder. */
export const CSV_ENDINGS = [".csv", ".csv.gz", ".csv.zst", ".tsv", ".tsv.gz", ".tsv.zst"];

/** `readCsv` itself; readers.ts tells what it does. */
export async function readCsv<
  const Types extends ColumnTypes = Record<never, never>,
  const Dates extends string = never,
>(
  source: string | URL,
  options: CsvOptions<Types, Dates> = {},
): Promise<Table<DeclaredRow<Types, Dates>>> {
  await using found = await locate(source, CSV_ENDINGS, options);
  if (!mayLoadDuckDB()) return await readPlainly(found, options);
  const plan = await planCsv(duckdb, found, options, SAMPLE_ROWS);
  const table = await loadedPlain(found, plan) ?? await loaded(found, plan, "native") ??
    await loaded(found, await planCsv(duckdb, found, options, undefined), "text");
  return table as Table<DeclaredRow<Types, Dates>>;
}

async function readPlainly<Row>(found: Source, options: CsvOptions): Promise<Table<Row>> {
  const { csvWithoutDuckDB } = await import("./csv_without_duckdb.ts");
  const { schema, batches } = await csvWithoutDuckDB(found, options);
  return tableFromBatches<Row>(schema, await Array.fromAsync(batches));
}

/** The table, or undefined where the text is not so plain. */
async function loadedPlain(source: Source, plan: CsvPlan): Promise<Table | undefined> {
  const schema = plainSchema(plan);
  if (schema === undefined) return undefined;
  try {
    return await collected(source, plan, { schema, batches: plainBatches(plan, schema) });
  } catch (failure) {
    if (failure instanceof NotPlain) return undefined;
    throw failure;
  }
}

/** The table, or undefined where the types that the sample suggested do not hold for the rest. */
async function loaded(
  source: Source,
  plan: CsvPlan,
  reading: "native" | "text",
): Promise<Table | undefined> {
  try {
    const engine = await duckdb();
    const table = await collected(
      source,
      plan,
      await startCsv(engine, source.name, plan, reading),
    );
    return reading === "native" && isUnproved(plan, table) ? undefined : table;
  } catch (failure) {
    if (reading === "native" && failure instanceof EngineError) return undefined;
    throw failure;
  }
}

async function collected(
  source: Source,
  plan: CsvPlan,
  { schema: found, batches }: ProvedStream,
): Promise<Table> {
  const schema = schemaOf(found, plan.columns);
  const all: RecordBatch[] = [];
  const progress = new ProgressReport(`reading ${basename(source.name)}`, "rows", undefined);
  let rows = 0;
  for await (const batch of batches) {
    all.push(withSchema(batch, schema));
    progress.update(rows += batch.numRows);
  }
  progress.finish(rows);
  return new ArrowTable(schema, all);
}

/** A column that was empty in the sample and is not in the rest. */
function isUnproved(plan: CsvPlan, table: Table): boolean {
  if (table.numRows <= SAMPLE_ROWS && plan.files.length === 1) return false;
  return undeclared(plan).some(({ name, type }) => {
    const column = table.getChild(name)!;
    if (type !== "VARCHAR") return false;
    return column.slice(0, SAMPLE_ROWS).nullCount === Math.min(SAMPLE_ROWS, table.numRows) &&
      column.nullCount < table.numRows;
  });
}
