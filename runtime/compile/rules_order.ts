/** Rule of order: what runs reaches only names that stand above, as it does live, top to bottom. @module */
import { cellOf, isBlockValue, type Program } from "./program.ts";
import type { Reach } from "./reach.ts";
import type { Report } from "./report.ts";
import type { Definition, Read, Statement } from "./syntax.ts";

/** Reports names that are reached, also through function bodies, before the cell that defines them. */
export function reportOrder(program: Program, reach: Reach, report: Report): void {
  for (const statement of reach.kept) {
    if (reach.hoisted.has(statement)) continue;
    const { code } = statement;
    const isBlock = code.role === "block";
    for (const read of statement.reads) {
      const definition = program.resolve(read);
      if (!definition || !isEvaluated(read, isBlock) || (isBlock && read.own)) continue;
      const below = findBelow(read, definition, code.cell.index, program);
      if (below) report.at(code.cell, read.start, belowError(read, below));
    }
  }
}

interface Below {
  readonly name: string;
  readonly definition: Definition;
}

/** The first name that `read` reaches and that stands in a cell below `cell`. */
function findBelow(
  read: Read,
  definition: Definition,
  cell: number,
  program: Program,
): Below | undefined {
  const seen = new Set<Statement>();
  const waiting: Below[] = [{ name: read.name, definition }];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (cellOf(next.definition) > cell) return next;
    if (next.definition.kind === "import" || isBlockValue(next.definition)) continue;
    for (const statement of program.statements(next.definition)) {
      if (seen.has(statement)) continue;
      seen.add(statement);
      for (const inner of statement.reads) {
        const found = inner.isDeferred && isEvaluated(inner, true) && program.resolve(inner);
        if (found) waiting.push({ name: inner.name, definition: found });
      }
    }
  }
  return undefined;
}

/** Types are gone when the code runs; functions that are only defined run later. */
function isEvaluated(read: Read, withDeferred: boolean): boolean {
  return read.isValue && !read.isTypeQuery && (withDeferred || !read.isDeferred);
}

function belowError(read: Read, { name, definition }: Below): string {
  const cell = cellOf(definition);
  if (name === read.name) {
    return `reads \`${name}\`, which stands only below, in cell ${cell}; move that cell up`;
  }
  return `reaches \`${name}\` through \`${read.name}\`, but it stands only below, in cell ${cell}; move that cell up`;
}
