/** Reads JSON files into a table: an array of objects, or objects one after another. @module */
import type { ColumnTypes } from "../../table/column_types.ts";
import { tableFromQuery } from "../../table/duckdb_to_arrow.ts";
import { duckdb, type Engine } from "../../table/engine.ts";
import { EngineError } from "../../table/engine_error.ts";
import { type Table, TableStream } from "../../table/table.ts";
import { checkWhole, readDecompressed } from "./compression.ts";
import { unreadable } from "./csv_load.ts";
import { literalPath } from "./csv_query.ts";
import { checkColumns, type Column, type Declaration, declaredColumns } from "./declared.ts";
import { locate, type LocateOptions, type Source, type SourceFile } from "./locate.ts";
import { hiveOption, partitionColumns } from "./partition_columns.ts";
import type { DeclaredRow } from "./read_csv.ts";
import { disposing } from "./proved_stream.ts";
import { quotedList, quotedName, quotedText } from "./sql_text.ts";
import {
  describe,
  type RawColumn,
  startTyped,
  tableOfPlan,
  type TypedPlan,
} from "./typed_query.ts";
import { hasJsonLines } from "./write_json.ts";

/** How `readJson` and `scanJson` take a file. */
export interface JsonOptions<
  Types extends ColumnTypes = ColumnTypes,
  Dates extends string = string,
> extends LocateOptions {
  /** The columns' types, an assertion: a value that does not fit ends the read. Others are inferred
   *  from all of their values; objects and arrays become structs and lists. */
  readonly types?: Types;
  /** Columns that are timestamps. */
  readonly parseDates?: readonly Dates[];
  /** Refuses columns that are neither in `types` nor in `parseDates`. */
  readonly exact?: boolean;
}

const ENDINGS = [".json", ".ndjson", ".jsonl"].flatMap((end) => [end, `${end}.gz`, `${end}.zst`]);

/** `readJson` itself; readers.ts tells what it does. */
export async function readJson<
  const Types extends ColumnTypes = Record<never, never>,
  const Dates extends string = never,
>(
  source: string | URL,
  options: JsonOptions<Types, Dates> = {},
): Promise<Table<DeclaredRow<Types, Dates>>> {
  await using found = await locate(source, ENDINGS, options);
  const engine = await duckdb();
  const plan = await planJson(engine, found, options);
  return await tableOfPlan(engine, plan) as Table<DeclaredRow<Types, Dates>>;
}

/** `scanJson` itself; readers.ts tells what it does. */
export async function scanJson<
  const Types extends ColumnTypes = Record<never, never>,
  const Dates extends string = never,
>(
  source: string | URL,
  options: JsonOptions<Types, Dates> = {},
): Promise<TableStream<DeclaredRow<Types, Dates>>> {
  const found = await locate(source, ENDINGS, options);
  try {
    const engine = await duckdb();
    const { schema, batches } = await startTyped(engine, await planJson(engine, found, options));
    return new TableStream(schema, disposing(found, batches));
  } catch (failure) {
    await found[Symbol.asyncDispose]();
    throw failure;
  }
}

/** Columns that are declared are read as JSON, so that DuckDB rounds nothing before it is judged. */
async function planJson(
  engine: Engine,
  source: Source,
  options: LocateOptions & Declaration,
): Promise<TypedPlan> {
  const declared = declaredColumns(options);
  const partitions = partitionColumns(source, declared);
  const scan = await scanOf(source);
  const found = await inferred(engine, source, scan);
  if (found === undefined) return emptyPlan(source, declared);
  const encoded = new Set(source.files[0].partitions.map((each) => each.encoded));
  const own = found.filter(({ name }) => !encoded.has(name));
  const names = [...own, ...partitions].map(({ name }) => name);
  checkColumns(source.name, names, declared, options.exact ?? false);
  const shape = own.map(({ name, type }) =>
    `${quotedText(name)}: ${quotedText(declared.has(name) ? "JSON" : type)}`
  );
  const columns = own.map(({ name, type }): RawColumn => {
    const value = quotedName(name);
    const column = declared.get(name);
    if (column === undefined) return { name, value, type, declared: column };
    return column.type === "JSON"
      ? { name, value: `nullif(${value}, 'null')`, type: "JSON", declared: column }
      : { name, value: `(${value} ->> '$')`, type: "VARCHAR", declared: column };
  });
  return {
    source: source.name,
    files: source.files,
    from: scan(`columns={${shape.join(", ")}}`),
    columns: [...columns, ...partitions],
  };
}

/** An empty list is a table without rows, of the columns that are declared. */
function emptyPlan(source: Source, declared: ReadonlyMap<string, Column>): TypedPlan {
  if (declared.size === 0) {
    throw new Error(
      `Cannot read ${source.name}: it is an empty list, which shows no columns; declare their types`,
    );
  }
  const columns = Array.from(declared, ([name, column]): RawColumn => (
    { name, value: quotedName(name), type: "VARCHAR", declared: column }
  ));
  const none = columns.map(({ value }) => `null::varchar as ${value}`).join(", ");
  return {
    source: source.name,
    files: source.files,
    from: `(select ${none} where false)`,
    columns,
  };
}

/** The columns that the values have; undefined where there are no values. */
async function inferred(engine: Engine, source: Source, scan: (more: string) => string) {
  const everything = "sample_size=-1, maximum_sample_files=1000000, map_inference_threshold=-1";
  const found = await describe(engine, scan(`${everything}, union_by_name=true`)).catch(
    async (failure) => {
      for (const file of source.files) await checkWhole(file.path, file.name, file.compression);
      throw malformed(source, failure);
    },
  );
  if (found.length === 1 && found[0]!.name === "json") {
    const values = scan("columns={json: 'JSON'}, records=false");
    const { numRows } = await tableFromQuery(engine, `select 1 as n from ${values} limit 1`);
    if (numRows === 0) return undefined;
    throw new Error(
      `Cannot read ${source.name}: its values are not objects; each row must be one, as {"name": value}`,
    );
  }
  return found;
}

/** A scan of the files with DuckDB's reader, its last options open. */
async function scanOf(source: Source): Promise<(more: string) => string> {
  const formats = new Set(await Promise.all(source.files.map(formatOf)));
  const compressions = new Set(source.files.map((file) => file.compression));
  if (formats.size > 1 || compressions.size > 1) {
    throw new Error(
      `Cannot read ${source.name}: its files are not of one kind (${
        [...formats, ...compressions].join(", ")
      }); read them apart`,
    );
  }
  const paths = quotedList(source.files.map((file) => literalPath(file.path)));
  const [compression] = [...compressions].map((each) => each === "none" ? "uncompressed" : each);
  return (more) =>
    `read_json(${paths}, format='${
      [...formats][0]
    }', compression='${compression}', maximum_object_size=67108864, ${
      hiveOption(source)
    }, ${more})`;
}

/** An array begins with its bracket; objects may be spread over lines unless the name forbids it. */
async function formatOf(file: SourceFile): Promise<string> {
  for await (const chunk of readDecompressed(file.path, file.compression)) {
    const [first] = new TextDecoder().decode(chunk.slice(0, 4096)).trimStart();
    if (first === undefined) continue;
    if (first === "[") return "array";
    if (first === "{") return hasJsonLines(file.name) ? "newline_delimited" : "unstructured";
    throw new Error(`Cannot read ${file.name}: it is not JSON, it begins with \`${first}\``);
  }
  throw new Error(`Cannot read ${file.name}: the file is empty`);
}

function malformed(source: Source, failure: unknown): unknown {
  if (!(failure instanceof EngineError)) return failure;
  const [, unit, place, reason] =
    /in (line|record\/value) (\d+): ([^.\n]*)/.exec(failure.message) ??
      [];
  if (place === undefined) return unreadable(source.name, failure);
  const where = unit === "line" ? `line ${place}` : `value ${place}`;
  return new Error(`Cannot read ${source.name}, ${where}: the JSON is broken: ${reason}`, {
    cause: failure,
  });
}
