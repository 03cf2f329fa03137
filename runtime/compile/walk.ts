/** One pass over a cell's syntax tree that marks what scope analysis does not tell. @module */
import type { Edit, ModuleName, Span, SyntaxElement } from "./syntax.ts";

/** What the pass found; all offsets are into the cell's source. */
export interface Marks {
  /** Functions that are defined, not called, where they stand. */
  readonly deferred: Span[];
  /** All functions. */
  readonly functions: Span[];
  /** `typeof name` in types. */
  readonly typeQueries: Span[];
  /** `typeof name` in code. */
  readonly guards: Span[];
  /** Lines that begin inside must not be indented. */
  readonly fixed: Span[];
  /** Line separators in texts, which some of Deno's parts take for line ends and others do not. */
  readonly separators: Edit[];
  readonly moduleNames: ModuleName[];
  readonly importMetas: SyntaxElement[];
  readonly namespaces: SyntaxElement[];
  readonly calls: SyntaxElement[];
}

const FUNCTIONS = new Set([
  "FunctionDeclaration",
  "FunctionExpression",
  "ArrowFunctionExpression",
]);

/** Inside these a function is still only defined; inside all others it may be called at once. */
const DEFINING = new Set([
  "ArrayExpression",
  "AssignmentExpression",
  "BlockStatement",
  "ClassBody",
  "ClassDeclaration",
  "ClassExpression",
  "ConditionalExpression",
  "ExportDefaultDeclaration",
  "ExportNamedDeclaration",
  "IfStatement",
  "LabeledStatement",
  "LogicalExpression",
  "MethodDefinition",
  "ObjectExpression",
  "Property",
  "TSAsExpression",
  "TSNonNullExpression",
  "TSSatisfiesExpression",
  "VariableDeclaration",
  "VariableDeclarator",
]);

const NOT_CHILDREN = new Set([
  "loc",
  "range",
  "extra",
  "leadingComments",
  "trailingComments",
  "innerComments",
]);

/** Marks the tree of one cell. */
export function markTree(program: SyntaxElement, source: string): Marks {
  const marks: Marks = {
    deferred: [],
    functions: [],
    typeQueries: [],
    guards: [],
    fixed: [],
    separators: [],
    moduleNames: [],
    importMetas: [],
    namespaces: [],
    calls: [],
  };
  for (const statement of program.body as SyntaxElement[]) visit(statement, true, marks, source);
  return marks;
}

function visit(element: SyntaxElement, isDefining: boolean, marks: Marks, source: string): void {
  markElement(element, marks, source);
  const isFunction = FUNCTIONS.has(element.type);
  if (isFunction) marks.functions.push(element);
  if (isFunction && isDefining) marks.deferred.push(element);
  const keeps = isDefining && DEFINING.has(element.type);
  for (const key in element) {
    if (NOT_CHILDREN.has(key)) continue;
    const value = element[key];
    if (typeof value !== "object" || value === null) continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (!isElement(child)) continue;
      if (isInstanceField(element, key) && isDefining) marks.deferred.push(child);
      visit(child, keeps && key !== "superClass" && key !== "decorators", marks, source);
    }
  }
}

function markElement(element: SyntaxElement, marks: Marks, source: string): void {
  switch (element.type) {
    case "TemplateElement":
    case "Literal":
      markText(element, marks, source);
      break;
    case "TSTypeQuery":
      marks.typeQueries.push(element.exprName as SyntaxElement);
      break;
    case "UnaryExpression":
      if (element.operator === "typeof") marks.guards.push(element.argument as SyntaxElement);
      break;
    case "MetaProperty":
      if ((element.meta as SyntaxElement).name === "import") marks.importMetas.push(element);
      break;
    case "TSModuleDeclaration":
      marks.namespaces.push(element);
      break;
    case "CallExpression":
      marks.calls.push(element);
      break;
    case "ImportDeclaration":
    case "ImportExpression":
    case "TSImportType": {
      const named = element.source as SyntaxElement;
      if (typeof named?.value === "string") {
        marks.moduleNames.push({ start: named.start, end: named.end, specifier: named.value });
      }
    }
  }
}

function markText(element: SyntaxElement, marks: Marks, source: string): void {
  const text = source.slice(element.start, element.end);
  if (text.includes("\n")) marks.fixed.push(element);
  for (const { 0: separator, index } of text.matchAll(/[\u2028\u2029]/g)) {
    const start = element.start + index;
    const escape = `\\u${separator.charCodeAt(0).toString(16)}`;
    marks.separators.push({ start, end: start + 1, text: escape });
  }
}

function isInstanceField(element: SyntaxElement, key: string): boolean {
  return element.type === "PropertyDefinition" && key === "value" && element.static !== true;
}

function isElement(value: unknown): value is SyntaxElement {
  return typeof value === "object" && value !== null &&
    typeof (value as SyntaxElement).type === "string";
}
