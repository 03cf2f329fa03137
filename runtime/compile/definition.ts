/** Reads scope analysis' definitions: what kind of thing a name is. @module */
import type { Definition as ScopeDefinition } from "@typescript-eslint/scope-manager";
import type { DefinitionKind, SyntaxElement } from "./syntax.ts";

const KINDS: Readonly<Record<string, DefinitionKind>> = {
  ClassName: "class",
  FunctionName: "function",
  ImportBinding: "import",
  TSEnumName: "enum",
  Type: "type",
};

/** What kind of thing a definition makes its name. */
export function definitionKind(definition: ScopeDefinition): DefinitionKind {
  const element = definition.node as unknown as SyntaxElement;
  const parent = definition.parent as unknown as SyntaxElement | undefined | null;
  if (element.declare === true || parent?.declare === true) return "ambient";
  const kind = KINDS[definition.type];
  if (kind !== undefined) return kind;
  if (`${parent?.kind}`.includes("using")) return "using";
  return isClosure(element.init as SyntaxElement | null | undefined) ? "closure" : "value";
}

/** The offset from which the name may be read; before it lies the temporal dead zone. */
export function readyAt(definition: ScopeDefinition, kind: DefinitionKind): number {
  const element = definition.node as unknown as SyntaxElement;
  const parent = definition.parent as unknown as SyntaxElement | undefined | null;
  if (kind === "class" || kind === "enum") return element.start;
  const isHoisted = kind !== "value" && kind !== "using" && kind !== "closure";
  return isHoisted || parent?.kind === "var" && element.init === null ? 0 : element.end;
}

/** For an import: the module and what is taken from it. */
export function importSource(definition: ScopeDefinition): string | undefined {
  if (`${definition.type}` !== "ImportBinding") return undefined;
  const element = definition.node as unknown as SyntaxElement;
  const parent = definition.parent as unknown as SyntaxElement | undefined;
  const source = (parent?.source as SyntaxElement | undefined)?.value;
  const imported = element.imported as SyntaxElement | undefined;
  const name = element.type === "ImportNamespaceSpecifier"
    ? "*"
    : element.type === "ImportDefaultSpecifier"
    ? "default"
    : imported?.name ?? imported?.value;
  return `${source}#${name}`;
}

function isClosure(init: SyntaxElement | null | undefined): boolean {
  return /^(ArrowFunction|Function|Class)Expression$/.test(init?.type ?? "");
}
