/** How cells read files: every format's reader, loaded at its first use. @module */
import { atFirstUse } from "../../context/at_first_use.ts";
import type { ColumnTypes, RowOf } from "../../table/column_types.ts";
import type { Table, TableStream } from "../../table/table.ts";
import type { ArrowOptions } from "./read_arrow.ts";
import type { CsvOptions, DeclaredRow } from "./read_csv.ts";
import type { JsonOptions } from "./read_json.ts";
import type { ParquetOptions } from "./read_parquet.ts";

const csv = atFirstUse(() => import("./read_csv.ts"));
const csvStream = atFirstUse(() => import("./scan_csv.ts"));
const json = atFirstUse(() => import("./read_json.ts"));
const parquet = atFirstUse(() => import("./read_parquet.ts"));
const arrow = atFirstUse(() => import("./read_arrow.ts"));
const listing = atFirstUse(() => import("./list_files.ts"));

/** Reads a CSV file, every file of a pattern or folder, or a URL; gzip and zstd are unpacked.
 *
 * Relative paths count from the notebook's folder. Folders named `year=2021` become columns.
 *
 * @throws {Error} naming file, row, line, column and value where one does not fit its declared type;
 *   nothing is loaded then
 * @example
 * ```ts
 * import { readCsv } from "sluice";
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/trips.csv`, "id,fare\n1,2.5\n");
 * const trips = await readCsv(`${folder}/trips.csv`, { types: { id: "int64", fare: "float64" } });
 * console.log(trips.numRows); // 1
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function readCsv<
  const Types extends ColumnTypes = Record<never, never>,
  const Dates extends string = never,
>(
  source: string | URL,
  options: CsvOptions<Types, Dates> = {},
): Promise<Table<DeclaredRow<Types, Dates>>> {
  return await (await csv()).readCsv(source, options);
}

/** Reads as `readCsv` does, but gives a stream. Declare every column: those that are not cost a pass
 *  over the whole file before the first batch comes. A value that does not fit ends the stream.
 *
 * @throws {Error} what `readCsv` throws
 * @example
 * ```ts
 * import { scanCsv } from "sluice";
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/trips.csv`, "id\n1\n2\n");
 * const trips = await scanCsv(`${folder}/trips.csv`, { types: { id: "int64" } });
 * for await (const batch of trips.batches()) console.log(batch.numRows); // 2
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function scanCsv<
  const Types extends ColumnTypes = Record<never, never>,
  const Dates extends string = never,
>(
  source: string | URL,
  options: CsvOptions<Types, Dates> = {},
): Promise<TableStream<DeclaredRow<Types, Dates>>> {
  return await (await csvStream()).scanCsv(source, options);
}

/** Reads a JSON file, every one of a pattern or folder, or a URL; gzip and zstd are unpacked. Whether it
 *  holds an array or one object a line is seen from its content. A key that an object lacks is null.
 *
 * @throws {Error} naming file, row, column and value where one does not fit its declared type
 * @example
 * ```ts
 * import { readJson } from "sluice";
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/trips.json`, '[{"id": 1, "fare": 2.5}]');
 * const trips = await readJson(`${folder}/trips.json`, { types: { id: "int64" } });
 * console.log(trips.numRows); // 1
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function readJson<
  const Types extends ColumnTypes = Record<never, never>,
  const Dates extends string = never,
>(
  source: string | URL,
  options: JsonOptions<Types, Dates> = {},
): Promise<Table<DeclaredRow<Types, Dates>>> {
  return await (await json()).readJson(source, options);
}

/** Reads as `readJson` does, batch by batch, after a first pass that finds the columns.
 *
 * @example
 * ```ts
 * import { scanJson } from "sluice";
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/trips.ndjson`, '{"id": 1}\n{"id": 2}\n');
 * const trips = await scanJson(`${folder}/trips.ndjson`, { types: { id: "int64" } });
 * for await (const batch of trips.batches()) console.log(batch.numRows); // 2
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function scanJson<
  const Types extends ColumnTypes = Record<never, never>,
  const Dates extends string = never,
>(
  source: string | URL,
  options: JsonOptions<Types, Dates> = {},
): Promise<TableStream<DeclaredRow<Types, Dates>>> {
  return await (await json()).scanJson(source, options);
}

/** Reads a Parquet file, every one of a pattern or folder, or a URL. Folders named `year=2021` become
 *  columns.
 *
 * @throws {Error} naming file, row, column and value where one does not fit its declared type
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { readParquet, writeParquet } from "sluice";
 * const folder = await Deno.makeTempDir();
 * await writeParquet(tableFromArrays({ n: [1, 2] }), `${folder}/numbers.parquet`);
 * console.log((await readParquet(`${folder}/numbers.parquet`)).numRows); // 2
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function readParquet<const Types extends ColumnTypes = Record<never, never>>(
  source: string | URL,
  options: ParquetOptions<Types> = {},
): Promise<Table<RowOf<Types>>> {
  return await (await parquet()).readParquet(source, options);
}

/** Reads as `readParquet` does, batch by batch.
 *
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { scanParquet, writeParquet } from "sluice";
 * const folder = await Deno.makeTempDir();
 * await writeParquet(tableFromArrays({ n: [1, 2] }), `${folder}/numbers.parquet`);
 * const numbers = await scanParquet(`${folder}/numbers.parquet`);
 * for await (const batch of numbers.batches()) console.log(batch.numRows); // 2
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function scanParquet<const Types extends ColumnTypes = Record<never, never>>(
  source: string | URL,
  options: ParquetOptions<Types> = {},
): Promise<TableStream<RowOf<Types>>> {
  return await (await parquet()).scanParquet(source, options);
}

/** Reads an Arrow IPC file, in the file or the stream format, or every one of a pattern or folder.
 *
 * @throws {Error} for a file that is no Arrow file, or was cut short
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { readArrow, writeArrow } from "sluice";
 * const folder = await Deno.makeTempDir();
 * await writeArrow(tableFromArrays({ n: [1, 2] }), `${folder}/numbers.arrow`);
 * console.log((await readArrow(`${folder}/numbers.arrow`)).numRows); // 2
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function readArrow<const Types extends ColumnTypes = Record<never, never>>(
  source: string | URL,
  options: ArrowOptions<Types> = {},
): Promise<Table<RowOf<Types>>> {
  return await (await arrow()).readArrow(source, options);
}

/** The files that `pattern` names at this moment, as absolute paths in order; none is no error, so
 *  that a sensor can wait for one and a dynamic block take each.
 *
 * A path without `*`, `?`, `[…]`, `{…}` names itself where a file is there. Relative ones count from
 * the notebook's folder.
 *
 * @throws {Error} where a folder of it cannot be read, or `pattern` is no path.
 *
 * @example
 * ```ts
 * import { listFiles } from "sluice";
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/orders_1.csv`, "city\nOslo\n");
 * console.log((await listFiles(`${folder}/orders_*.csv`)).length); // 1
 * console.log((await listFiles(`${folder}/refunds.csv`)).length); // 0
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function listFiles(pattern: string | URL): Promise<string[]> {
  return await (await listing()).listFiles(pattern);
}
