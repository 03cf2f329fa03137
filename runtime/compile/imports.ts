/** Writes the imports of all cells at the module's top, right from the module's own folder. @module */
import { toFileUrl } from "../context/file_url.ts";
import { posix } from "../context/paths.ts";
import type { Program } from "./program.ts";
import { isImport, type Reach } from "./reach.ts";
import { type Line, ownLine, renderSpan } from "./render.ts";
import type { Definition, Edit, Statement, SyntaxElement } from "./syntax.ts";

/** How module names are written in the emitted module. */
export interface ModuleNaming {
  /** Absolute path of the notebook, from whose folder relative names count. */
  readonly notebook: string;
  /** Absolute path of the emitted module. */
  readonly module: string;
  /** What "sluice" is called. */
  readonly sluice: string;
}

/** The import lines of everything that a run needs. */
export function emitImports(program: Program, reach: Reach, naming: ModuleNaming): readonly Line[] {
  const done = new Set<string>();
  const needed = new Set([...reach.imports].map(importKey));
  return program.codes.flatMap((code) =>
    code.statements.filter(isImport).flatMap((statement) => {
      const edits = importEdits(statement, needed, naming, done);
      return edits === undefined ? [] : renderSpan(code, statement, edits, 0);
    })
  );
}

/** The import of what the compiler itself needs from "sluice". */
export function ownImport(names: readonly string[], naming: ModuleNaming, isType = false) {
  if (names.length === 0) return [];
  const keyword = isType ? "import type" : "import";
  return [ownLine(`${keyword} { ${names.join(", ")} } from ${JSON.stringify(naming.sluice)};`)];
}

/** A module's name as the emitted module must write it. */
function moduleName(specifier: string, naming: ModuleNaming): string {
  if (specifier === "sluice") return naming.sluice;
  if (!/^\.\.?(\/|$)/.test(specifier)) return specifier;
  const target = new URL(specifier, toFileUrl(naming.notebook));
  const path = posix.relative(
    posix.dirname(toFileUrl(naming.module).pathname),
    target.pathname,
  );
  return (path.startsWith(".") ? path : `./${path}`) + target.search + target.hash;
}

/** Edits that write the module names inside a cell's code anew. */
export function moduleNameEdits(
  names: Statement["code"]["moduleNames"],
  naming: ModuleNaming,
): readonly Edit[] {
  return names.flatMap(({ start, end, specifier }) => {
    const name = moduleName(specifier, naming);
    return name === specifier ? [] : [{ start, end, text: JSON.stringify(name) }];
  });
}

/** Undefined where nothing of the import is needed, or an import above took it. */
function importEdits(
  statement: Statement,
  needed: ReadonlySet<string>,
  naming: ModuleNaming,
  done: Set<string>,
): readonly Edit[] | undefined {
  const element = statement.element as SyntaxElement;
  const specifiers = element.specifiers as readonly SyntaxElement[];
  const source = element.source as SyntaxElement;
  const isFirst = (key: string) => !done.has(key) && done.add(key);
  if (specifiers.length === 0 && !isFirst(`${source.value}`)) return undefined;
  const first = statement.definitions.filter((it) => needed.has(importKey(it)))
    .filter((it) => isFirst(importKey(it)));
  const names = new Set(first.map(({ name }) => name));
  const kept = specifiers.filter((it) => names.has(`${(it.local as SyntaxElement).name}`));
  if (specifiers.length > 0 && kept.length === 0) return undefined;
  const edits = [...moduleNameEdits(
    statement.code.moduleNames.filter(({ start }) => start === source.start),
    naming,
  )];
  const text = statement.code.cell.source;
  if (!text.slice(0, statement.end).endsWith(";")) {
    edits.push({ start: statement.end, end: statement.end, text: ";" });
  }
  if (kept.length === specifiers.length) return edits;
  return [
    { start: statement.start, end: source.start, text: clause(element, kept, text) },
    ...edits,
  ];
}

/** Imports of the same thing under the same name are one, whichever cell was followed. */
function importKey({ name, source }: Definition): string {
  return `${source} as ${name}`;
}

function clause(element: SyntaxElement, kept: readonly SyntaxElement[], source: string): string {
  const write = (specifier: SyntaxElement) => source.slice(specifier.start, specifier.end);
  const named = kept.filter(({ type }) => type === "ImportSpecifier").map(write);
  const others = kept.filter(({ type }) => type !== "ImportSpecifier").map(write);
  const parts = named.length === 0 ? others : [...others, `{ ${named.join(", ")} }`];
  return `import ${element.importKind === "type" ? "type " : ""}${parts.join(", ")} from `;
}
