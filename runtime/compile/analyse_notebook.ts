/** Analyses every code cell of a notebook, each once. @module */
import type { Notebook, NotebookCell } from "../notebook/notebook.ts";
import { analyseCell } from "./analyse_cell.ts";
import { joinProgram, type Program } from "./program.ts";
import type { Report } from "./report.ts";
import { analyseSqlCell, type TableOf } from "./sql_cell.ts";
import type { CellCode, Role } from "./syntax.ts";
import { upstreamTable } from "./upstream_table.ts";

/** Characters of a cell. Syntax trees take a thousand times as many bytes: data pasted into a cell would
 *  exhaust the memory long before it compiles. */
const LONGEST_CELL = 1_000_000;

/** The notebook's program; what does not parse is reported and missing from it. */
export function analyseNotebook(notebook: Notebook, report: Report): Program {
  const cells = notebook.cells.filter(({ type }) => type === "code");
  const codes = new Map<NotebookCell, CellCode>();
  const typescript = cells.filter(({ sql }) => sql === undefined);
  for (const cell of typescript) {
    const marked = /^\s*--\|/.test(cell.source);
    if (marked) {
      report.at(
        cell,
        cell.source.indexOf("--|"),
        "`--|` heads SQL cells; write `%%sql` in the first line, or `//|` here",
      );
    }
    const isLong = cell.source.length > LONGEST_CELL;
    if (isLong) {
      const length = (cell.source.length / 1e6).toFixed(1);
      report.at(
        cell,
        0,
        `holds ${length} million characters of code, and a cell may hold ${LONGEST_CELL / 1e6}; ` +
          "keep data in a file and read it",
      );
    }
    const code = marked || isLong ? undefined : analyseCell(
      cell,
      roleOf(cell),
      cell.header?.name,
      (offset, text) => report.at(cell, offset, text),
    );
    if (code) codes.set(cell, code);
  }
  for (const cell of cells.filter(({ sql }) => sql !== undefined)) {
    const tableOf: TableOf = (number, reportText) =>
      upstreamTable(cell, number, cells, codes, reportText);
    codes.set(
      cell,
      analyseSqlCell(
        cell,
        roleOf(cell),
        cell.header?.name,
        tableOf,
        (offset, text) => report.at(cell, offset, text),
      ),
    );
  }
  const inOrder = cells.flatMap((cell) => codes.get(cell) ?? []);
  return joinProgram(notebook, inOrder, inOrder.length < cells.length);
}

/** A cell whose header is broken is some block: its variables are a block's. */
function roleOf(cell: NotebookCell): Role {
  if (cell.header !== undefined || cell.isBroken) return "block";
  return cell.tags.includes("parameters") ? "parameters" : "shared";
}
