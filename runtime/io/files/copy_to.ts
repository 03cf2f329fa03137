/** Lets DuckDB write a table's rows to a file. @module */
import { lendTable } from "../../table/arrow_to_duckdb.ts";
import { writingDuckDB } from "../../table/engine.ts";
import type { Table, TableStream } from "../../table/table.ts";
import { compressionNamed } from "./compression.ts";
import { quotedText } from "./sql_text.ts";

/** Anything with rows. */
export type Rows = Table<unknown> | TableStream<unknown>;

/** Writes `rows` to `path` in a format that DuckDB's COPY knows.
 *
 * @param select makes the query of the name that the rows have in SQL
 * @returns the rows written */
export async function copyTo(
  rows: Rows,
  path: string,
  options: readonly string[],
  select: (name: string) => string = (name) => `from ${name}`,
): Promise<number> {
  if (rows.schema.fields.length === 0) throw new Error("Cannot write a table without columns");
  const engine = await writingDuckDB();
  using lent = await lendTable(engine, rows);
  return await engine.run(
    `copy (${select(lent.name)}) to ${quotedText(path)} (${options.join(", ")})`,
  );
}

/** Writes like `copyTo`, compressed as `name` ends. DuckDB's own gzip takes thrice as long as zlib. */
export async function copyCompressed(
  rows: Rows,
  path: string,
  name: string,
  options: readonly string[],
  select: (name: string) => string,
): Promise<number> {
  const compression = compressionNamed(name);
  if (compression !== "gzip") {
    return await copyTo(rows, path, [...options, `compression ${compression}`], select);
  }
  const plain = `${path}.plain`;
  const count = await copyTo(rows, plain, [...options, "compression none"], select);
  const { gzipFile } = await import("./zip_streams.ts");
  await gzipFile(plain, path);
  await Deno.remove(plain);
  return count;
}
