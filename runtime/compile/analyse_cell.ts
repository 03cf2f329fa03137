/** Finds what each top-level statement of a TypeScript cell defines and reads.
 *  Pure: looks at one cell, knows nothing of the others. @module */
import { analyze, type Reference, type Variable } from "@typescript-eslint/scope-manager";
import type { NotebookCell } from "../notebook/notebook.ts";
import { definitionKind, importSource, readyAt } from "./definition.ts";
import { parseCell, type ParsedCell, type ReportAt } from "./parse_cell.ts";
import { isPure } from "./pure.ts";

import type {
  CellCode,
  Definition,
  LiteralCall,
  Role,
  Span,
  Statement,
  SyntaxElement,
} from "./syntax.ts";
import { type Marks, markTree } from "./walk.ts";

/** The code of one TypeScript cell, or undefined where it does not parse at all. */
export function analyseCell(
  cell: NotebookCell,
  role: Role,
  block: string | undefined,
  report: ReportAt,
): CellCode | undefined {
  const parsed = parseCell(cell.source, report);
  if (parsed === undefined) return undefined;
  const marks = markTree(parsed.program, cell.source);
  reportForbidden(parsed, marks, report);
  const code: CellCode & { statements: Statement[]; calls: LiteralCall[] } = {
    cell,
    role,
    block,
    statements: [],
    fixed: marks.fixed,
    escapes: marks.separators,
    moduleNames: marks.moduleNames,
    calls: [],
    sql: undefined,
  };
  const body = parsed.program.body as SyntaxElement[];
  for (const element of body) code.statements.push(statementOf(element, code, parsed));
  addNames(parsed, code.statements, marks);
  code.calls.push(...literalCalls(marks, code.statements));
  return code;
}

function reportForbidden(parsed: ParsedCell, marks: Marks, report: ReportAt): void {
  for (const { start } of marks.importMetas) {
    report(start, "a cell has no `import.meta`; write paths relative to the notebook's folder");
  }
  for (const { start } of marks.namespaces) {
    report(start, "a cell cannot hold a `namespace`; move it to a module and import it");
  }
  const body = parsed.program.body as SyntaxElement[];
  for (const { type, start } of body) {
    if (type === "TSImportEqualsDeclaration") {
      report(start, 'a cell cannot `import … =`; write `import name from "module";`');
    } else if (type === "TSExportAssignment") {
      report(start, "a cell cannot `export =`; other cells read its variables as they are");
    }
  }
  const first = body[0]?.start ?? Infinity;
  for (const comment of parsed.comments) {
    if (comment.type !== "CommentLine" || !comment.value.startsWith("|")) continue;
    if (comment.start < first) continue;
    report(comment.start, "a `//|` line stands below code; move it to the top of the cell");
  }
}

function statementOf(element: SyntaxElement, code: CellCode, parsed: ParsedCell): Statement {
  return {
    code,
    element,
    start: element.start,
    end: element.end,
    top: commentTop(element.start, code.cell.source, parsed),
    definitions: [],
    reads: [],
    isPure: isPure(element),
  };
}

/** Comments whose lines stand directly above a statement belong to it. */
function commentTop(start: number, source: string, parsed: ParsedCell): number {
  let top = start;
  for (let at = parsed.comments.length - 1; at >= 0; at--) {
    const comment = parsed.comments[at];
    if (comment === undefined || comment.end > top) continue;
    const lineStart = source.lastIndexOf("\n", comment.start - 1) + 1;
    const isHeader = comment.type === "CommentLine" && comment.value.startsWith("|");
    const isAdjacent = /^[ \t]*\n?[ \t]*$/.test(source.slice(comment.end, top));
    if (!isAdjacent || isHeader || source.slice(lineStart, comment.start).trim() !== "") break;
    top = comment.start;
  }
  return top;
}

function addNames(parsed: ParsedCell, statements: readonly Statement[], marks: Marks): void {
  const program = parsed.program as unknown as Parameters<typeof analyze>[0];
  const manager = analyze(program, { sourceType: "module", lib: [] });
  const top = manager.globalScope?.childScopes[0];
  const own = new Map<Variable, Definition>();
  for (const variable of top?.variables ?? []) {
    for (const definition of definitionsOf(variable, statements)) {
      definition.statement.definitions.push(definition);
      own.set(variable, own.get(variable) ?? definition);
    }
  }
  for (const scope of manager.scopes) {
    for (const reference of scope.references) {
      const variable = reference.resolved;
      if (variable && variable.scope !== top && variable.scope.type !== "global") continue;
      addRead(reference, variable ? own.get(variable as Variable) : undefined, statements, marks);
    }
  }
  for (const { reads } of statements) reads.sort((first, second) => first.start - second.start);
}

function* definitionsOf(variable: Variable, statements: readonly Statement[]) {
  for (const definition of variable.defs) {
    const name = definition.name as unknown as SyntaxElement;
    const statement = statementAt(statements, name.start);
    if (statement === undefined) continue;
    const kind = definitionKind(definition);
    yield {
      name: variable.name,
      kind,
      isType: variable.isTypeVariable,
      isValue: variable.isValueVariable,
      start: name.start,
      statement,
      readyAt: readyAt(definition, kind),
      source: importSource(definition),
    } satisfies Definition;
  }
}

function addRead(
  reference: Reference,
  own: Definition | undefined,
  statements: readonly Statement[],
  marks: Marks,
): void {
  const { start, name } = reference.identifier as unknown as SyntaxElement & { name: string };
  const statement = statementAt(statements, start);
  if (statement === undefined || reference.init && own !== undefined) return;
  statement.reads.push({
    name,
    start,
    isType: reference.isTypeReference,
    isValue: reference.isValueReference,
    isTypeQuery: marks.typeQueries.some((span) => within(span, start)),
    isGuarded: marks.guards.some((span) => span.start === start),
    isAssignment: reference.isWrite(),
    isDeferred: marks.deferred.some((span) => within(span, start)),
    isInFunction: marks.functions.some((span) => within(span, start)),
    statement,
    own,
  });
}

function* literalCalls(marks: Marks, statements: readonly Statement[]): Generator<LiteralCall> {
  for (const call of marks.calls) {
    const callee = call.callee as SyntaxElement;
    const [argument, second] = call.arguments as SyntaxElement[];
    const object = callee.type === "MemberExpression" ? callee.object as SyntaxElement : callee;
    const statement = statementAt(statements, call.start);
    if (object.type !== "Identifier" || second !== undefined || statement === undefined) continue;
    if (argument !== undefined && typeof argument.value !== "string") continue;
    const property = callee.property as SyntaxElement | undefined;
    yield {
      callee: `${object.name}`,
      method: callee === object ? undefined : `${property?.name}`,
      argument: argument?.value as string | undefined,
      statement,
    };
  }
}

function statementAt(statements: readonly Statement[], offset: number): Statement | undefined {
  let low = 0;
  let high = statements.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const statement = statements[middle];
    if (statement === undefined) return undefined;
    if (offset < statement.start) high = middle - 1;
    else if (offset >= statement.end) low = middle + 1;
    else return statement;
  }
  return undefined;
}

function within(span: Span, offset: number): boolean {
  return span.start <= offset && offset < span.end;
}
