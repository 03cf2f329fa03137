/** Tells statements that only define something from those that do something. @module */
import type { SyntaxElement } from "./syntax.ts";

const DECLARATIONS = new Set([
  "EmptyStatement",
  "FunctionDeclaration",
  "ImportDeclaration",
  "TSDeclareFunction",
  "TSEnumDeclaration",
  "TSInterfaceDeclaration",
  "TSTypeAliasDeclaration",
]);

const VALUES = new Set([
  "ArrowFunctionExpression",
  "FunctionExpression",
  "Identifier",
  "Literal",
]);

/** True where leaving the statement out changes nothing for code that reads none of its names. */
export function isPure(statement: SyntaxElement): boolean {
  if (statement.declare === true || DECLARATIONS.has(statement.type)) return true;
  if (statement.type === "ExportNamedDeclaration") {
    const declaration = statement.declaration as SyntaxElement | null;
    return declaration === null || isPure(declaration);
  }
  if (statement.type === "ClassDeclaration") return isPureClass(statement);
  if (statement.type !== "VariableDeclaration" || `${statement.kind}`.includes("using")) {
    return false;
  }
  return (statement.declarations as SyntaxElement[]).every((declarator) =>
    (declarator.id as SyntaxElement).type === "Identifier" &&
    isPureValue(declarator.init as SyntaxElement | null)
  );
}

function isPureClass(element: SyntaxElement): boolean {
  const { superClass, decorators, body } = element as unknown as {
    superClass: SyntaxElement | null;
    decorators?: readonly unknown[];
    body: { body: readonly SyntaxElement[] };
  };
  return superClass === null && (decorators ?? []).length === 0 &&
    body.body.every((member) =>
      member.type === "MethodDefinition" && member.computed !== true &&
      ((member.decorators as readonly unknown[] | undefined) ?? []).length === 0
    );
}

function isPureValue(value: SyntaxElement | null): boolean {
  if (value === null || VALUES.has(value.type)) return true;
  const children = (key: string) => (value[key] as (SyntaxElement | null)[]);
  switch (value.type) {
    case "ArrayExpression":
      return children("elements").every(isPureValue);
    case "ObjectExpression":
      return children("properties").every((property) =>
        property?.type === "Property" && property.computed !== true &&
        isPureValue(property.value as SyntaxElement)
      );
    case "TemplateLiteral":
      return children("expressions").length === 0;
    case "UnaryExpression":
      return isPureValue(value.argument as SyntaxElement);
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
      return isPureValue(value.expression as SyntaxElement);
    default:
      return false;
  }
}
