/** All code cells of a notebook together, and which definition each name means. @module */
import type { Notebook } from "../notebook/notebook.ts";
import type { CellCode, Definition, Read, Statement } from "./syntax.ts";

/** A notebook's code with its names resolved. */
export interface Program {
  readonly notebook: Notebook;
  readonly codes: readonly CellCode[];
  /** A cell did not parse: what it defines is unknown. */
  readonly isPartial: boolean;
  /** The definition that a read means: the own cell's, else the first of the others'. */
  resolve(read: Read): Definition | undefined;
  /** All definitions in other cells that a read could mean; imports of one thing count once. */
  candidates(read: Read): readonly Definition[];
  /** The statements that make a definition together: overloads, merged interfaces. */
  statements(definition: Definition): readonly Statement[];
  /** All definitions of a name, in the notebook's order. */
  definitions(name: string): readonly Definition[];
  readonly names: readonly string[];
}

/** Joins the cells' code. */
export function joinProgram(
  notebook: Notebook,
  codes: readonly CellCode[],
  isPartial: boolean,
): Program {
  const byName = new Map<string, Definition[]>();
  for (const { statements } of codes) {
    for (const definition of statements.flatMap((statement) => statement.definitions)) {
      const known = byName.get(definition.name);
      if (known) known.push(definition);
      else byName.set(definition.name, [definition]);
    }
  }
  const cache = new Map<Read, readonly Definition[]>();
  const candidates = (read: Read): readonly Definition[] => {
    let found = cache.get(read);
    if (found === undefined) {
      found = distinct((byName.get(read.name) ?? []).filter((it) => isMeant(it, read)));
      cache.set(read, found);
    }
    return found;
  };
  return {
    notebook,
    codes,
    isPartial,
    candidates,
    resolve: (read) => read.own ?? candidates(read)[0],
    statements: ({ name, statement }) => {
      const all = byName.get(name) ?? [];
      if (all.length === 1) return [statement];
      const own = all.filter((it) => it.statement.code === statement.code);
      return [...new Set(own.map((it) => it.statement))];
    },
    definitions: (name) => byName.get(name) ?? [],
    names: [...byName.keys()],
  };
}

/** What a block hands to others as a value; types, imports and ambient names belong to the notebook. */
export function isBlockValue(definition: Definition): boolean {
  const { kind, statement } = definition;
  return statement.code.role === "block" && kind !== "import" && kind !== "type" &&
    kind !== "ambient";
}

/** The cell's number in the notebook. */
export function cellOf(of: Definition | Statement): number {
  return ("statement" in of ? of.statement : of).code.cell.index;
}

function isMeant(definition: Definition, read: Read): boolean {
  if (definition.statement.code === read.statement.code) return false;
  return read.isValue && definition.isValue || read.isType && definition.isType;
}

/** Overloads and repeated `var`s of one cell, and imports of one thing, are one definition. */
function distinct(definitions: readonly Definition[]): readonly Definition[] {
  const seen = new Set<unknown>();
  return definitions.filter((definition) => {
    const key = definition.source ?? definition.statement.code;
    return !seen.has(key) && seen.add(key);
  });
}
