/** A SQL cell as the expression that the compiler would write for it. @module */
import type { CellCode, Edit, SqlCode } from "../../runtime/compile/syntax.ts";
import type { HostImport } from "../host/protocol.ts";
import type { ModuleResolver } from "./module_names.ts";

/** What a cell may not call its own variables. */
const SQL = "__sluice_sql";
const CONNECTION = "__sluice_connection";

/** The edits that make a SQL cell TypeScript, and what it imports for that. */
export function sqlText(code: CellCode, sql: SqlCode, resolve: ModuleResolver) {
  const { header, sql: line, source } = code.cell;
  const kind = line === undefined || line.connection === "duckdb" ? undefined : line.connection;
  const connection = `${CONNECTION}(${
    line?.profile === undefined ? "" : JSON.stringify(line.profile)
  })`;
  const call = kind ? `${connection}.${sql.hasRows ? "query" : "execute"}` : SQL;
  const target = sql.output ?? "const __sluice_result";
  const write = header?.table === undefined || !kind
    ? ""
    : `await ${connection}.write(${target}, ${JSON.stringify(header.table)}${
      header.ifExists ? `, { ifExists: "${header.ifExists}" }` : ""
    });`;
  const value = sql.hasRows && write === "" ? `return [${target.replace("const ", "")}];` : "";
  const opening: Edit = { start: 0, end: sql.start, text: `${target} = await ${call}\`` };
  const closing: Edit = { start: sql.end, end: source.length, text: `\`;${write}${value}` };
  const own: HostImport = {
    specifier: resolve("sluice"),
    names: [
      kind ? { imported: kind, local: CONNECTION } : { imported: "sql", local: SQL },
    ],
    attributes: undefined,
  };
  return { opening, edits: sql.edits, closing, own };
}
