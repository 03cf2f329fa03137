/** Writes a SQL cell as the TypeScript that a person would have written. @module */
import type { Names } from "./emit_names.ts";
import { type Line, ownLine, renderSpan } from "./render.ts";
import type { CellCode, SqlCode } from "./syntax.ts";

/** The lines of a SQL cell: the statement, and for exporters the write of its result. */
export function emitSql(
  code: CellCode,
  sql: SqlCode,
  names: Names,
  { isRead, indent }: { readonly isRead: boolean; readonly indent: number },
): readonly Line[] {
  const { header, sql: line } = code.cell;
  const connection = line !== undefined && line.connection !== "duckdb"
    ? `${names[line.connection]}(${line.profile === undefined ? "" : JSON.stringify(line.profile)})`
    : undefined;
  const call = connection === undefined
    ? names.sql
    : `${connection}.${sql.hasRows ? "query" : "execute"}`;
  const isNamed = sql.output !== undefined && (isRead || header?.table !== undefined);
  const result = isNamed ? `const ${sql.output} = ` : "";
  const margin = " ".repeat(indent);
  const origin = { cell: code.cell.index, line: (line?.line ?? 0) + 1, indent: 0 };
  const opening = { text: `${margin}${result}await ${call}\``, origin, isFixed: false };
  const lines = [opening, ...renderSpan(code, sql, sql.edits, 0), ownLine("`;")];
  if (header?.table === undefined || connection === undefined) return lines;
  const options = header.ifExists ? `, { ifExists: "${header.ifExists}" }` : "";
  const write = `${connection}.write(${sql.output}, ${JSON.stringify(header.table)}${options})`;
  return [...lines, { text: `${margin}await ${write};`, origin, isFixed: false }];
}
