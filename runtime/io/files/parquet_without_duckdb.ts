/** Reads and writes Parquet by parquet-wasm where DuckDB may not be loaded. A file is held in memory
 *  whole. @module */
import { type Table as ArrowTable, tableFromIPC, tableToIPC } from "apache-arrow";
import { parseColumnType } from "../../table/column_types.ts";
import { type Table, TableStream } from "../../table/table.ts";
import type { Rows } from "./copy_to.ts";
import { tableOf } from "../../table/table_of.ts";
import { checkColumns, declaredColumns } from "./declared.ts";
import type { Source } from "./locate.ts";
import { needsDuckDB } from "./native.ts";
import type { ParquetOptions } from "./read_parquet.ts";

/** The rows of all the source's files.
 *
 * @throws {Error} where a column is missing or has another type than the declared one. */
export async function parquetWithoutDuckDB(
  source: Source,
  options: ParquetOptions,
): Promise<Table> {
  const { readParquet } = await import("parquet-wasm");
  const tables: ArrowTable[] = [];
  for (const { path, name, partitions } of source.files) {
    if (partitions.length > 0) {
      throw needsDuckDB(`Reading the folders of ${source.name} as columns`);
    }
    tables.push(tableFromIPC(parsed(name, readParquet, await Deno.readFile(path))));
  }
  const [first, ...others] = tables as [ArrowTable, ...ArrowTable[]];
  checkTypes(source.name, first, options);
  if (others.some(({ schema }) => String(schema) !== String(first.schema))) {
    throw needsDuckDB(`Reading files of different columns together (${source.name})`);
  }
  return first.concat(...others) as Table;
}

function parsed(
  name: string,
  readParquet: typeof import("parquet-wasm").readParquet,
  bytes: Uint8Array,
): Uint8Array {
  try {
    return readParquet(bytes).intoIPCStream();
  } catch (cause) {
    const said = String(cause instanceof Error ? cause.message : cause).split("\n")[0];
    throw new Error(
      `Cannot read ${name}: the Parquet file is truncated or damaged (${said}); get it again`,
      {
        cause,
      },
    );
  }
}

function checkTypes(source: string, { schema }: ArrowTable, options: ParquetOptions): void {
  const names = schema.fields.map(({ name }) => String(name));
  checkColumns(source, names, declaredColumns(options), options.exact ?? false);
  for (const [name, declared] of Object.entries(options.types ?? {})) {
    const wanted = String(parseColumnType(name, declared).field.type);
    const found = String(schema.fields[names.indexOf(name)]!.type);
    if (wanted !== found) {
      throw needsDuckDB(
        `Reading column \`${name}\` of ${source}, which is ${found}, as ${declared}`,
      );
    }
  }
}

/** Writes the rows to `path` and tells how many they were. */
export async function writeParquetWithoutDuckDB(
  rows: Rows,
  path: string,
  compression: "zstd" | "snappy" | "none",
): Promise<number> {
  const wasm = await import("parquet-wasm");
  const table = rows instanceof TableStream ? await tableOf(rows) : rows;
  const properties = new wasm.WriterPropertiesBuilder().setCompression(
    {
      zstd: wasm.Compression.ZSTD,
      snappy: wasm.Compression.SNAPPY,
      none: wasm.Compression.UNCOMPRESSED,
    }[compression],
  ).build();
  const lent = wasm.Table.fromIPCStream(tableToIPC(table, "stream"));
  await Deno.writeFile(path, wasm.writeParquet(lent, properties));
  return table.numRows;
}
