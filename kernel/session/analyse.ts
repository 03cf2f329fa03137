/** Reads a sent cell with the compiler's parser and analysis. @module */
import { analyseCell } from "../../runtime/compile/analyse_cell.ts";
import { parseCell } from "../../runtime/compile/parse_cell.ts";
import { analyseSqlCell } from "../../runtime/compile/sql_cell.ts";
import type { CellCode, Role, SyntaxElement } from "../../runtime/compile/syntax.ts";
import { upstreamTable } from "../../runtime/compile/upstream_table.ts";
import type { NotebookCell } from "../../runtime/notebook/notebook.ts";
import type { Cells } from "./cells.ts";

/** A mistake in a cell's text. */
export interface Mistake {
  readonly offset: number;
  readonly text: string;
}

/** The cell's code; what is wrong with it stands in `mistakes`. */
export function analyse(cell: NotebookCell, cells: Cells) {
  const mistakes: Mistake[] = [];
  const report = (offset: number, text: string) => void mistakes.push({ offset, text });
  const role: Role = cell.header
    ? "block"
    : cell.tags.includes("parameters")
    ? "parameters"
    : "shared";
  const code = cell.sql === undefined
    ? analyseCell(cell, role, cell.header?.name, report)
    : analyseSql(cell, role, cells, report);
  if (code && mistakes.length === 0) mistakes.push(...assignedConstants(code, cells));
  return { code, mistakes };
}

/** A cell that is an object in braces parses as a block; live it means the object. */
export function isObject(source: string): boolean {
  if (!/^\s*\{/.test(source)) return false;
  let isFine = true;
  const parsed = parseCell(`(${source}\n)`, () => isFine = false);
  const [statement, ...more] = (parsed?.program.body ?? []) as readonly SyntaxElement[];
  const expression = statement?.expression as SyntaxElement | undefined;
  return isFine && more.length === 0 && expression?.type === "ObjectExpression";
}

function analyseSql(
  cell: NotebookCell,
  role: Role,
  cells: Cells,
  report: (offset: number, text: string) => void,
): CellCode {
  const codes = new Map(cells.all.map(({ code }) => [code.cell, code]));
  // Whatever ran before stands above, wherever it is in the notebook.
  const known = [...codes.keys()].map((other) => ({ ...other, index: -1 }));
  const codesOf = new Map([...codes.values()].map((code, at) => [known[at]!, code]));
  return analyseSqlCell(
    cell,
    role,
    cell.header?.name,
    (number, tell) => upstreamTable(cell, number, known, codesOf, tell),
    report,
  );
}

/** As globals, constants could be assigned: so it is found here. */
function assignedConstants(code: CellCode, cells: Cells): readonly Mistake[] {
  const own = new Set(constantNames(code));
  return code.statements.flatMap(({ reads }) => reads).flatMap((read) => {
    if (!read.isAssignment) return [];
    const definer = read.own ? undefined : cells.definer(read.name);
    if (read.own ? !own.has(read.name) : !definer?.constants.includes(read.name)) return [];
    const where = definer
      ? `, which ${definer.label} defines as a constant`
      : ", which is a constant";
    return [{ offset: read.start, text: `assigns to \`${read.name}\`${where}` }];
  });
}

/** The names that a cell defines with `const`. */
export function constantNames(code: CellCode): readonly string[] {
  return code.statements.flatMap(({ element, definitions }) => {
    const declaration = (element?.declaration ?? element) as SyntaxElement | undefined;
    return declaration?.kind === "const" ? definitions.map(({ name }) => name) : [];
  });
}
