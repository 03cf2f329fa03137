/** A cell's import declarations as data: the host carries them out before the rest. @module */
import type { CellCode, Span, SyntaxElement } from "../../runtime/compile/syntax.ts";
import type { HostImport, ImportedName } from "../host/protocol.ts";
import type { ModuleResolver } from "./module_names.ts";

/** The imports in order, and where each names its module. */
export function cellImports(
  code: CellCode,
  resolve: ModuleResolver,
): { readonly imports: readonly HostImport[]; readonly spans: readonly Span[] } {
  const declarations = code.statements.flatMap(({ element }) =>
    element?.type === "ImportDeclaration" && element.importKind !== "type" ? [element] : []
  );
  return {
    imports: declarations.map((declaration) => hostImport(declaration, resolve)),
    spans: declarations.map(({ source }) => source as SyntaxElement),
  };
}

function hostImport(declaration: SyntaxElement, resolve: ModuleResolver): HostImport {
  const source = declaration.source as SyntaxElement;
  const specifiers = declaration.specifiers as readonly SyntaxElement[];
  const attributes = (declaration.attributes ?? []) as readonly SyntaxElement[];
  return {
    specifier: resolve(`${source.value}`),
    names: specifiers.filter(({ importKind }) => importKind !== "type").map(importedName),
    attributes: attributes.length === 0 ? undefined : Object.fromEntries(
      attributes.map(({ key, value }) => [
        nameOf(key as SyntaxElement),
        `${(value as SyntaxElement).value}`,
      ]),
    ),
  };
}

function importedName(specifier: SyntaxElement): ImportedName {
  const local = nameOf(specifier.local as SyntaxElement);
  if (specifier.type === "ImportNamespaceSpecifier") return { imported: "*", local };
  if (specifier.type === "ImportDefaultSpecifier") return { imported: "default", local };
  return { imported: nameOf(specifier.imported as SyntaxElement), local };
}

/** A name written as one, or in quotes. */
function nameOf(element: SyntaxElement): string {
  return `${element.name ?? element.value}`;
}
