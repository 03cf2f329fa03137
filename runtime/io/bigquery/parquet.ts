/** The Parquet file of a write, laid down under `.sluice/tmp` for as long as it is needed. @module */
import { dirname } from "../../context/paths.ts";
import { copyTo, type Rows } from "../files/copy_to.ts";
import { parquetOptions } from "../files/write_parquet.ts";
import { newTempPath } from "../../table/temp_folder.ts";
import type { WrittenColumn } from "./column.ts";

/** A file that goes when it is disposed of. */
export interface ParquetFile extends AsyncDisposable {
  readonly path: string;
  readonly rows: number;
}

/** Writes `rows` as BigQuery is to read them: snappy, which costs little on either side. */
export async function parquetOf(
  rows: Rows,
  columns: readonly WrittenColumn[],
): Promise<ParquetFile> {
  const path = newTempPath("bigquery", ".parquet");
  const remove = () => Deno.remove(path).catch(() => {});
  await Deno.mkdir(dirname(path), { recursive: true });
  try {
    const casts = columns.map(({ field, duckdb }) => {
      const name = `"${field.name.replaceAll('"', '""')}"`;
      return `${name}::${duckdb} as ${name}`;
    });
    const written = await copyTo(
      rows,
      path,
      parquetOptions("snappy"),
      (name) => `select ${casts.join(", ")} from ${name}`,
    );
    return { path, rows: written, [Symbol.asyncDispose]: remove };
  } catch (failure) {
    await remove();
    throw failure;
  }
}
