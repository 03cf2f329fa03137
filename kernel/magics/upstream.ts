/** `%upstream`: finds the cells above that the current one needs and that have not run. @module */
import type { NotebookCell } from "../../runtime/notebook/notebook.ts";
import { analyse } from "../session/analyse.ts";
import type { ReadCell } from "../session/run_cell.ts";
import type { Session } from "../session/session.ts";
import { openNotebook } from "./magics.ts";

/** A cell above, and what it defines and reads. */
interface Above {
  readonly cell: NotebookCell;
  readonly names: readonly string[];
  readonly reads: readonly string[];
}

/** The cells to run first, in the notebook's order. */
export function lackingCells(current: ReadCell, session: Session): readonly NotebookCell[] {
  openNotebook(session);
  const { index } = current.code.cell;
  const above = (session.notebook.read()?.cells ?? [])
    .filter((cell) => cell.type === "code" && (index === 0 || cell.index < index))
    .map((cell) => readAbove(cell, session));
  const found = new Set<Above>();
  const waiting = [
    ...definers(current.reads, above),
    ...blocks(current.code.cell.header?.upstream ?? [], above),
  ];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (found.has(next) || hasRun(next.cell, session)) continue;
    found.add(next);
    const { header } = next.cell;
    waiting.push(...definers(next.reads, above), ...blocks(header?.upstream ?? [], above));
  }
  return [...found].map(({ cell }) => cell).sort((one, other) => one.index - other.index);
}

function readAbove(cell: NotebookCell, session: Session): Above {
  const statements = analyse(cell, session.cells).code?.statements ?? [];
  return {
    cell,
    names: statements.flatMap(({ definitions }) => definitions.map(({ name }) => name)),
    reads: statements.flatMap(({ reads }) =>
      reads.filter(({ own, isValue }) => isValue && own === undefined).map(({ name }) => name)
    ),
  };
}

function definers(names: readonly string[], above: readonly Above[]): readonly Above[] {
  return names.flatMap((name) => above.findLast((it) => it.names.includes(name)) ?? []);
}

function blocks(names: readonly string[], above: readonly Above[]): readonly Above[] {
  return above.filter(({ cell }) => cell.header !== undefined && names.includes(cell.header.name));
}

/** A cell that was edited after it ran has not run as it stands. */
function hasRun({ id, source }: NotebookCell, { cells }: Session): boolean {
  return cells.all.some((ran) =>
    ran.isDone && (ran.key === id || ran.key === source) && ran.code.cell.source === source
  );
}
