/** Reads Parquet files into a table or a stream. @module */
import type { RecordBatch } from "apache-arrow";
import type { ColumnTypes, RowOf } from "../../table/column_types.ts";
import { duckdb, type Engine } from "../../table/engine.ts";
import { type Table, TableStream } from "../../table/table.ts";
import { literalPath } from "./csv_query.ts";
import { unreadable } from "./csv_load.ts";
import { checkColumns, declaredColumns } from "./declared.ts";
import { locate, type LocateOptions, type Source } from "./locate.ts";
import { mayLoadDuckDB } from "./native.ts";
import { hiveOption, partitionColumns } from "./partition_columns.ts";
import { disposing } from "./proved_stream.ts";
import { quotedList, quotedName } from "./sql_text.ts";
import { describe, startTyped, tableOfPlan, type TypedPlan } from "./typed_query.ts";

/** How `readParquet` and `scanParquet` take a file. */
export interface ParquetOptions<Types extends ColumnTypes = ColumnTypes> extends LocateOptions {
  /** Types that the columns must have or convert to without loss; others keep their own. */
  readonly types?: Types;
  /** Refuses columns that are not in `types`. */
  readonly exact?: boolean;
}

const ENDINGS = [".parquet", ".pq"];

/** `readParquet` itself; readers.ts tells what it does. */
export async function readParquet<const Types extends ColumnTypes = Record<never, never>>(
  source: string | URL,
  options: ParquetOptions<Types> = {},
): Promise<Table<RowOf<Types>>> {
  await using found = await locate(source, ENDINGS, options);
  refuseOtherFormats(found);
  if (!mayLoadDuckDB()) return await readPlainly(found, options);
  const engine = await duckdb();
  const plan = await planParquet(engine, found, options);
  return await tableOfPlan(engine, plan) as Table<RowOf<Types>>;
}

/** `scanParquet` itself; readers.ts tells what it does. */
export async function scanParquet<const Types extends ColumnTypes = Record<never, never>>(
  source: string | URL,
  options: ParquetOptions<Types> = {},
): Promise<TableStream<RowOf<Types>>> {
  const found = await locate(source, ENDINGS, options);
  try {
    refuseOtherFormats(found);
    if (!mayLoadDuckDB()) {
      const { schema, batches } = await readPlainly<RowOf<Types>>(found, options);
      return new TableStream<RowOf<Types>>(schema, disposing(found, batchesIn(batches)));
    }
    const engine = await duckdb();
    const { schema, batches } = await startTyped(engine, await planParquet(engine, found, options));
    return new TableStream<RowOf<Types>>(schema, disposing(found, batches));
  } catch (failure) {
    await found[Symbol.asyncDispose]();
    throw failure;
  }
}

async function readPlainly<Row>(found: Source, options: ParquetOptions): Promise<Table<Row>> {
  const { parquetWithoutDuckDB } = await import("./parquet_without_duckdb.ts");
  return await parquetWithoutDuckDB(found, options) as Table<Row>;
}

async function* batchesIn(batches: readonly RecordBatch[]): AsyncGenerator<RecordBatch> {
  yield* batches;
}

function refuseOtherFormats(source: Source): void {
  const odd = source.files.find(({ head }) =>
    new TextDecoder().decode(head.slice(0, 4)) !== "PAR1"
  );
  if (!odd) return;
  const what = odd.size === 0 ? "the file is empty" : "it is not a Parquet file";
  throw new Error(`Cannot read ${odd.name}: ${what}`);
}

async function planParquet(
  engine: Engine,
  source: Source,
  options: ParquetOptions,
): Promise<TypedPlan> {
  const declared = declaredColumns(options);
  const partitions = partitionColumns(source, declared);
  const paths = quotedList(source.files.map((file) => literalPath(file.path)));
  const from = `read_parquet(${paths}, ${hiveOption(source)})`;
  const found = await describe(engine, from).catch((failure) => {
    throw unparquet(source, failure);
  });
  const encoded = new Set(source.files[0].partitions.map((each) => each.encoded));
  const own = found.filter(({ name }) => !encoded.has(name)).map(({ name, type }) => ({
    name,
    value: quotedName(name),
    type,
    declared: declared.get(name),
  }));
  const columns = [...own, ...partitions];
  checkColumns(source.name, columns.map(({ name }) => name), declared, options.exact ?? false);
  return { source: source.name, files: source.files, from, columns };
}

/** DuckDB says it at length where a file lacks its end. */
function unparquet(source: Source, failure: unknown): unknown {
  const text = failure instanceof Error ? failure.message : "";
  const isCut = /magic bytes|footer|too small/i.test(text);
  if (!isCut && !/protocol|thrift|corrupt/i.test(text)) return unreadable(source.name, failure);
  return new Error(
    `Cannot read ${source.name}: the Parquet file is ${
      isCut ? "truncated" : "damaged"
    }; get it again`,
    { cause: failure },
  );
}
