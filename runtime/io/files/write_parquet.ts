/** Writes tables as Parquet files. @module */
import { checkWrite } from "../check_write.ts";
import { copyTo, type Rows } from "./copy_to.ts";
import { literalPath } from "./csv_query.ts";
import { refuseTypes } from "./format_types.ts";
import { mayLoadDuckDB, needsDuckDB } from "./native.ts";
import { checkAppendable } from "./parquet_columns.ts";
import { quotedText } from "./sql_text.ts";
import { type FileWriteOptions, type FileWritten, writeFile } from "./write_file.ts";

export interface ParquetWriteOptions extends FileWriteOptions {
  /** `zstd` by default, at its first level: a seventh smaller than snappy at its speed. */
  readonly compression?: "zstd" | "snappy" | "none";
}

/** `writeParquet` itself; writers.ts tells what it does. */
export async function writeParquet(
  table: Rows,
  path: string | URL,
  { compression = "zstd", ...options }: ParquetWriteOptions = {},
): Promise<FileWritten> {
  checkWrite(table, path, options.ifExists);
  refuseTypes(table, "parquet", String(path));
  return await writeFile(path, options, async (staged, previous) => {
    if (!mayLoadDuckDB()) {
      if (previous !== undefined) throw needsDuckDB(`Appending to the Parquet file ${path}`);
      const { writeParquetWithoutDuckDB } = await import("./parquet_without_duckdb.ts");
      return await writeParquetWithoutDuckDB(table, staged, compression);
    }
    const how = parquetOptions(compression);
    if (previous === undefined) return await copyTo(table, staged, how);
    const old = `read_parquet(${quotedText(literalPath(previous))}, hive_partitioning=false)`;
    const before = await checkAppendable(old, table, String(path));
    const all = await copyTo(
      table,
      staged,
      how,
      (name) => `from ${old} union all by name from ${name}`,
    );
    return all - before;
  });
}

/** What COPY is told about a Parquet file. */
export function parquetOptions(compression: "zstd" | "snappy" | "none"): string[] {
  if (compression === "zstd") return ["format parquet", "compression zstd", "compression_level 1"];
  return ["format parquet", `compression ${compression === "none" ? "uncompressed" : compression}`];
}
