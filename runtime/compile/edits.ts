/** What must change in a cell's text for it to stand inside a function. @module */
import { declaratorsOf } from "./graph.ts";
import { moduleNameEdits, type ModuleNaming } from "./imports.ts";
import type { CellCode, Edit, Statement, SyntaxElement } from "./syntax.ts";

/** After these no `;` is missing. */
const CLOSED =
  /^(Function|Class|TSInterface|TSEnum|TSModule)Declaration$|^(Block|If|For|ForIn|ForOf|While|Try|Switch|Labeled|Empty)Statement$/;

/** The edits of a cell of which the statements that `isKept` accepts stay. */
export function cellEdits(
  code: CellCode,
  isKept: (statement: Statement) => boolean,
  naming: ModuleNaming,
): Edit[] {
  const edits = [...code.escapes, ...moduleNameEdits(code.moduleNames, naming)];
  for (const [at, statement] of code.statements.entries()) {
    if (!isKept(statement)) {
      edits.push(removal(statement));
      continue;
    }
    edits.push(...exportEdits(statement));
    const next = code.statements[at + 1];
    if ((next === undefined || !isKept(next)) && lacksSemicolon(statement)) {
      edits.push({ start: statement.end, end: statement.end, text: ";" });
    }
  }
  return edits;
}

/** Takes a statement out, with its comments and, where nothing else stands there, its lines. */
function removal({ code, top, end }: Statement): Edit {
  const { source } = code.cell;
  const behind = /^[ \t]*(\/\/[^\n]*)?/.exec(source.slice(end))?.[0].length ?? 0;
  const lineStart = source.lastIndexOf("\n", top - 1) + 1;
  const isLineStart = source.slice(lineStart, top).trim() === "";
  const isLineEnd = end + behind >= source.length || source[end + behind] === "\n";
  if (!isLineStart || !isLineEnd) return { start: top, end, text: "" };
  return { start: lineStart, end: Math.min(source.length, end + behind + 1), text: "" };
}

/** `const name = init` becomes `const name = given("name", init)`. */
export function parameterEdits(code: CellCode, given: string): readonly Edit[] {
  return code.statements.flatMap((statement) =>
    declaratorsOf(statement).flatMap(({ name, annotation, value, init }) => {
      const type = typeText(annotation ?? assertedType(value), code);
      return [
        { start: init.start, end: init.start, text: `${given}${type}("${name}", ` },
        { start: init.end, end: init.end, text: ")" },
      ];
    })
  );
}

function typeText(annotation: SyntaxElement | null | undefined, code: CellCode): string {
  if (!annotation) return "";
  const type = (annotation.typeAnnotation as SyntaxElement | undefined) ?? annotation;
  const text = code.cell.source.slice(type.start, type.end);
  return /^(string|number|boolean)$/.test(text) ? "" : `<${text}>`;
}

function assertedType(value: SyntaxElement): SyntaxElement | undefined {
  if (value.type !== "TSAsExpression") return undefined;
  const type = value.typeAnnotation as SyntaxElement;
  return (type.typeName as SyntaxElement | undefined)?.name === "const" ? undefined : type;
}

/** Live, `export` is accepted and means nothing. */
function exportEdits({ element, end }: Statement): readonly Edit[] {
  if (element === undefined || !element.type.startsWith("Export")) return [];
  const declaration = element.declaration as SyntaxElement | null | undefined;
  if (!declaration) return [{ start: element.start, end, text: "" }];
  return [{ start: element.start, end: declaration.start, text: "" }];
}

function lacksSemicolon({ element, code, end }: Statement): boolean {
  if (element === undefined || CLOSED.test(declarationOf(element).type)) return false;
  return code.cell.source[end - 1] !== ";";
}

function declarationOf(element: SyntaxElement): SyntaxElement {
  return (element.declaration as SyntaxElement | null | undefined) ?? element;
}

/** Behind the header's lines. */
export function bodyStart({ cell }: CellCode): number {
  const lines = cell.source.split("\n").slice(0, cell.headerLines);
  return lines.reduce((length, line) => length + line.length + 1, 0);
}
