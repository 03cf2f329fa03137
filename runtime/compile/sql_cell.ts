/** Reads a SQL cell: the names it interpolates, and its text as the inside of a template literal.
 *  Names in comments stay text; names in quotes are an error, for values are bound, never pasted. @module */
import type { NotebookCell } from "../notebook/notebook.ts";
import type { ReportAt } from "./parse_cell.ts";
import { scanSqlText } from "./sql_text.ts";
import type { CellCode, Definition, Edit, Read, Role, Statement } from "./syntax.ts";

/** Finds the table of an upstream block, for `{{ df_1 }}`; reports and gives undefined where it has none. */
export type TableOf = (number: number, report: (text: string) => void) => string | undefined;

const WITH_ROWS =
  /^\s*(\(|select|with|values|table|from|show|describe|desc|explain|pivot|unpivot|summarize|pragma|call)\b|\breturning\b/i;

/** The code of one SQL cell. */
export function analyseSqlCell(
  cell: NotebookCell,
  role: Role,
  block: string | undefined,
  tableOf: TableOf,
  report: ReportAt,
): CellCode {
  const start = lineOffset(cell.source, cell.headerLines);
  const text = cell.source.slice(start);
  const end = start + text.replace(/[\s;]+$/, "").length;
  const edits: Edit[] = [];
  const reads: Omit<Read, "statement">[] = [];
  for (const part of scanSqlText(cell.source, start, end)) {
    if (part.kind === "escape") edits.push({ ...part, text: `\\${cell.source[part.start]}` });
    if (part.kind === "late header") {
      report(part.start, "a `--|` line stands below the SQL; move it to the top of the cell");
    }
    if (part.kind === "wrong header") {
      report(part.start, "`//|` heads TypeScript cells; write `--|` in SQL");
    }
    if (part.kind !== "name") continue;
    const name = resolveName(part, tableOf, report);
    if (name === undefined) continue;
    edits.push({ start: part.start, end: part.end, text: `\${${name}}` });
    reads.push(readOf(name, part.start));
  }
  if (start >= end) report(start, "the SQL cell is empty; write a statement below `%%sql`");
  const hasRows = WITH_ROWS.test(stripComments(cell.source.slice(start, end)));
  const output = outputOf(cell, hasRows || cell.sql?.connection === "duckdb", report);
  const code: CellCode & { statements: Statement[] } = {
    cell,
    role,
    block,
    statements: [],
    fixed: [{ start: start - 1, end }],
    escapes: [],
    moduleNames: [],
    calls: [],
    sql: { start, end, edits, output, hasRows },
  };
  code.statements.push(statementOf(code, start, end, output, reads));
  reportExporter(cell, hasRows, report);
  return code;
}

/** The name of a SQL block's result: that of `-o`, else the block's with `_result` behind it. */
export function resultName(cell: NotebookCell): string | undefined {
  return cell.sql?.output ?? (cell.header && `${cell.header.name}_result`);
}

function outputOf(cell: NotebookCell, hasRows: boolean, report: ReportAt): string | undefined {
  if (hasRows) return resultName(cell);
  if (cell.sql?.output !== undefined) {
    report(
      lineOffset(cell.source, cell.sql.line),
      `the statement gives no rows to name \`${cell.sql.output}\`; leave out \`-o ${cell.sql.output}\``,
    );
  }
  return undefined;
}

function reportExporter({ header, sql, source }: NotebookCell, hasRows: boolean, report: ReportAt) {
  if (header?.kind !== "exporter") return;
  const at = (key: string) => {
    const { line, column } = header.position(key);
    return lineOffset(source, line - 1) + column - 1;
  };
  if (header.table === undefined) {
    if (hasRows) {
      report(
        at("exporter"),
        "the exporter has no `table` to write its result to; add `--| table: name`",
      );
    } else if (header.ifExists !== undefined) {
      report(at("ifExists"), "`ifExists` has no `table` to speak of; add `--| table: name`");
    }
  } else if (sql?.connection === "duckdb") {
    report(
      at("table"),
      "`table` needs a connection to write to; write `%%sql postgres [profile]` or `%%sql bigquery [profile]` above",
    );
  } else if (!hasRows) {
    report(
      at("table"),
      "the statement gives no rows to write; write a `select`, or leave out `table`",
    );
  }
}

function resolveName(
  part: { readonly text: string; readonly start: number; readonly isQuoted: boolean },
  tableOf: TableOf,
  report: ReportAt,
): string | undefined {
  const { text, start, isQuoted } = part;
  if (!/^[A-Za-z_$][\w$]*$/.test(text)) {
    report(
      start,
      `\`{{ ${text} }}\` is no name; compute the value in a cell above and name it here`,
    );
  } else if (isQuoted) {
    report(
      start,
      `\`{{ ${text} }}\` stands in quotes, where it would be text; leave out the quotes: values are bound`,
    );
  } else {
    const number = /^df_(\d+)$/.exec(text)?.[1];
    if (number === undefined) return text;
    return tableOf(Number(number), (error) => report(start, error));
  }
  return undefined;
}

function statementOf(
  code: CellCode,
  start: number,
  end: number,
  output: string | undefined,
  reads: readonly Omit<Read, "statement">[],
): Statement {
  const definitions: Definition[] = [];
  const statement: Statement = {
    code,
    element: undefined,
    start,
    end,
    top: start,
    definitions,
    reads: [],
    isPure: false,
  };
  for (const read of reads) statement.reads.push({ ...read, statement });
  if (output !== undefined) {
    definitions.push({
      name: output,
      kind: "value",
      isType: false,
      isValue: true,
      start: Math.max(0, code.cell.source.indexOf(output)),
      statement,
      readyAt: 0,
      source: undefined,
    });
  }
  return statement;
}

function readOf(name: string, start: number): Omit<Read, "statement"> {
  return {
    name,
    start,
    isType: false,
    isValue: true,
    isTypeQuery: false,
    isGuarded: false,
    isAssignment: false,
    isDeferred: false,
    isInFunction: false,
    own: undefined,
  };
}

function stripComments(sql: string): string {
  return sql.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, " ");
}

/** The offset at which a line (from 0) begins. */
function lineOffset(source: string, line: number): number {
  let offset = 0;
  for (let at = 0; at < line; at++) {
    const end = source.indexOf("\n", offset);
    if (end < 0) return source.length;
    offset = end + 1;
  }
  return offset;
}
