/** Holds DuckDB to the files that its process may reach: it opens them itself, and Deno is not asked.
 *  @module */
import type { PreparedStatement } from "@duckdb/node-bindings";
import type { FileLimits } from "../context/file_limits.ts";
import type { DuckDB } from "./engine.ts";

/** The settings that hold a database to `limits`, before its configuration is locked. DuckDB looks where
 *  a path leads, so links in the limits themselves are followed here. */
export function limitStatements(limits: FileLimits | undefined): readonly string[] {
  if (!limits) return [];
  const paths = [...new Set([...limits.read, ...limits.write].flatMap(withTarget))];
  const list = `[${paths.map(quotedText).join(", ")}]`;
  return [
    `set global allowed_directories = ${list}`,
    `set global allowed_paths = ${list}`,
    "set global enable_external_access = false",
  ];
}

/** DuckDB has one list for reading and writing. Where some of it may only be read, SQL that can write
 *  files by itself is refused; Sluice's own writers ask Deno first.
 *
 * @throws {Error} for COPY, ATTACH, EXPORT and what may hide them. */
export function refuseWriting(
  native: DuckDB,
  statement: PreparedStatement,
  limits: FileLimits | undefined,
): void {
  if (!limits || limits.read.every((path) => isWithin(path, limits.write))) return;
  const { SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, PRAGMA, CALL } =
    native.StatementType;
  const type = native.prepared_statement_type(statement);
  if ([SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, PRAGMA, CALL].includes(type)) return;
  native.destroy_prepare_sync(statement);
  throw new Error(
    `${
      native.StatementType[type]
    } may write files, and this run may read some that it may not write; ` +
      "write with writeParquet, writeCsv or writeJson",
  );
}

function isWithin(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) =>
    folder === "/" || path === folder || path.startsWith(`${folder}/`)
  );
}

function withTarget(path: string): readonly string[] {
  try {
    return [path, Deno.realPathSync(path)];
  } catch {
    return [path]; // it is not there yet, or may not be looked at
  }
}

function quotedText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
