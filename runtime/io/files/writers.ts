/** How cells write files: every format's writer, loaded at its first use. @module */
import { atFirstUse } from "../../context/at_first_use.ts";
import type { Rows } from "./copy_to.ts";
import type { CsvWriteOptions } from "./write_csv.ts";
import type { FileWriteOptions, FileWritten } from "./write_file.ts";
import type { ParquetWriteOptions } from "./write_parquet.ts";
import type { PartitionOptions, PartitionsWritten } from "./write_partitioned.ts";

const csv = atFirstUse(() => import("./write_csv.ts"));
const json = atFirstUse(() => import("./write_json.ts"));
const parquet = atFirstUse(() => import("./write_parquet.ts"));
const arrow = atFirstUse(() => import("./write_arrow.ts"));
const partitions = atFirstUse(() => import("./write_partitioned.ts"));

/** Writes one CSV file with a header; `.gz` and `.zst` are compressed. Null is nothing between two
 *  delimiters, an empty string is `""`. Columns may be appended in any order.
 *
 * @throws {Error} where the file exists and `ifExists` is not given
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { writeCsv } from "sluice";
 * const folder = await Deno.makeTempDir();
 * const { rows } = await writeCsv(tableFromArrays({ n: [1, 2] }), `${folder}/numbers.csv.gz`);
 * console.log(rows); // 2
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function writeCsv(
  table: Rows,
  path: string | URL,
  options: CsvWriteOptions = {},
): Promise<FileWritten> {
  return await (await csv()).writeCsv(table, path, options);
}

/** Writes one JSON file: `.ndjson` and `.jsonl` hold one object a line, `.json` an array; `.gz` and
 *  `.zst` are compressed. NaN and infinities, which JSON lacks, become null. Only lines can be appended to.
 *
 * @throws {Error} where the file exists and `ifExists` is not given
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { writeJson } from "sluice";
 * const folder = await Deno.makeTempDir();
 * const { rows } = await writeJson(tableFromArrays({ n: [1, 2] }), `${folder}/numbers.ndjson`);
 * console.log(rows); // 2
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function writeJson(
  table: Rows,
  path: string | URL,
  options: FileWriteOptions = {},
): Promise<FileWritten> {
  return await (await json()).writeJson(table, path, options);
}

/** Writes one Parquet file; the rows keep their order.
 *
 * @throws {Error} where the file exists and `ifExists` is not given
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { writeParquet } from "sluice";
 * const folder = await Deno.makeTempDir();
 * const { rows } = await writeParquet(tableFromArrays({ n: [1, 2] }), `${folder}/numbers.parquet`);
 * console.log(rows); // 2
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function writeParquet(
  table: Rows,
  path: string | URL,
  options: ParquetWriteOptions = {},
): Promise<FileWritten> {
  return await (await parquet()).writeParquet(table, path, options);
}

/** Writes one Arrow IPC file: `.arrows` in the stream format, any other name in the file format, which
 *  other programs expect behind `.arrow` and `.feather`. It cannot be appended to.
 *
 * @throws {Error} where the file exists and `ifExists` is not given
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { writeArrow } from "sluice";
 * const folder = await Deno.makeTempDir();
 * const { rows } = await writeArrow(tableFromArrays({ n: [1, 2] }), `${folder}/numbers.arrow`);
 * console.log(rows); // 2
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function writeArrow(
  table: Rows,
  path: string | URL,
  options: FileWriteOptions = {},
): Promise<FileWritten> {
  return await (await arrow()).writeArrow(table, path, options);
}

/** Writes a dataset into `folder`, whose partitions all appear together: `city=Oslo/part-….parquet`.
 *  Values are percent-encoded, null is `__HIVE_DEFAULT_PARTITION__`. `readParquet(folder)` reads it.
 *
 * @throws {Error} where the folder exists and `ifExists` is not given, or is to be replaced and holds
 *   anything but a dataset
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { writePartitioned } from "sluice";
 * const folder = await Deno.makeTempDir();
 * const trips = tableFromArrays({ city: ["Oslo", "Rome"], fare: [4, 8] });
 * const { paths } = await writePartitioned(trips, `${folder}/trips`, { by: "city" });
 * console.log(paths.length); // 2
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function writePartitioned(
  table: Rows,
  folder: string | URL,
  options: PartitionOptions,
): Promise<PartitionsWritten> {
  return await (await partitions()).writePartitioned(table, folder, options);
}
