/** What must change in a cell's text for its names to become globals and its last expression its
 *  value. @module */
import type { CellCode, Edit, Statement, SyntaxElement } from "../../runtime/compile/syntax.ts";

/** The edits of a cell of TypeScript. */
export function globalEdits(code: CellCode): readonly Edit[] {
  const last = code.statements.at(-1);
  return code.statements.flatMap((statement) =>
    statementEdits(statement, code.cell.source, statement === last)
  );
}

/** Functions stand from the cell's first line on. */
export function hoistedNames(code: CellCode): readonly string[] {
  return code.statements.flatMap(({ definitions }) => definitions)
    .filter(({ kind }) => kind === "function").map(({ name }) => name);
}

function statementEdits(statement: Statement, source: string, isLast: boolean): readonly Edit[] {
  const { element, start, end } = statement;
  if (element === undefined) return [];
  if (element.type === "ImportDeclaration" || element.type === "ExportAllDeclaration") {
    return [{ start, end, text: ";" }];
  }
  const isExport = element.type.startsWith("Export");
  const inner = isExport ? element.declaration as SyntaxElement | null : element;
  if (!inner) return [{ start, end, text: ";" }];
  const edits: Edit[] = isExport ? [{ start, end: inner.start, text: ";" }] : [];
  if (inner.declare === true) return edits;
  if (inner.type === "VariableDeclaration" && !`${inner.kind}`.includes("using")) {
    edits.push(...assignments(inner, source));
  } else if (isLast && isExpression(inner)) {
    edits.push(...valueEdits(inner, end, source));
  } else edits.push(...globalNames(statement));
  return edits;
}

/** `const a = 1, b` becomes `;(a = 1, b=void 0);`. */
function assignments(declaration: SyntaxElement, source: string): readonly Edit[] {
  const declarators = declaration.declarations as readonly SyntaxElement[];
  const first = declarators[0]?.start ?? declaration.end;
  const last = declarators.at(-1)?.end ?? declaration.end;
  const closing = source[declaration.end - 1] === ";" ? ")" : ");";
  return [
    { start: declaration.start, end: first, text: ";(" },
    ...declarators.flatMap(({ id }) => typeEdits(id as SyntaxElement)),
    ...declarators.filter(({ init }) => !init).map(({ end }) => ({
      start: end,
      end,
      text: "=void 0",
    })),
    { start: last, end: last, text: closing },
  ];
}

/** An assignment has no type: `a!: number` becomes `a`. */
function typeEdits(id: SyntaxElement): readonly Edit[] {
  const annotation = id.typeAnnotation as SyntaxElement | null | undefined;
  if (!annotation) return [];
  const start = id.type === "Identifier" ? id.start + `${id.name}`.length : annotation.start;
  return [{ start, end: annotation.end, text: "" }];
}

/** In an array, so that a promise stays one. */
function valueEdits(inner: SyntaxElement, end: number, source: string): readonly Edit[] {
  const stop = source[end - 1] === ";" ? end - 1 : end;
  return [
    { start: inner.start, end: inner.start, text: ";return [(" },
    { start: stop, end: stop, text: ")];" },
  ];
}

function isExpression(element: SyntaxElement): boolean {
  return element.type === "ExpressionStatement" ||
    /Expression$|Literal$|^Identifier$/.test(element.type);
}

/** What a statement defines for itself (a class, an enum, a `var` in a loop) becomes global behind it. */
function globalNames({ definitions, end }: Statement): readonly Edit[] {
  const names = definitions.filter(({ kind, isValue }) =>
    isValue && (kind === "class" || kind === "enum" || kind === "value" || kind === "closure")
  ).map(({ name }) => name);
  return [...new Set(names)].map((name) => ({
    start: end,
    end,
    text: `;globalThis.${name}=${name};`,
  }));
}
