/** Turns a cell into what the host evaluates, on the compiler's own analysis of it. @module */
import { stripTypeScriptTypes } from "node:module";
import { moduleNameEdits } from "./module_names.ts";
import type { CellCode, Edit, Span } from "../../runtime/compile/syntax.ts";
import type { HostImport } from "../host/protocol.ts";
import { globalEdits, hoistedNames } from "./global_edits.ts";
import { cellImports } from "./cell_imports.ts";
import type { ModuleResolver } from "./module_names.ts";
import { type Place, rewrite } from "./rewrite.ts";
import { sqlText } from "./sql_text.ts";

/** A cell that can be sent to the host. */
export interface PreparedCell {
  readonly code: string;
  readonly isModule: boolean;
  readonly imports: readonly HostImport[];
  /** Where each import names its module, in the cell's source. */
  readonly importSpans: readonly Span[];
  /** Names that become globals. */
  readonly names: readonly string[];
  /** Names that it reads from other cells. */
  readonly reads: readonly string[];
  /** From the evaluated code's lines and columns to the cell's; undefined in what was added. */
  toSource(place: Place): Place | undefined;
}

/** What `code`'s cell is to the host; `file` is what stack traces call it. */
export function prepareCell(
  code: CellCode,
  { file, resolve }: { readonly file: string; readonly resolve: ModuleResolver },
): PreparedCell {
  const { source } = code.cell;
  const { imports, spans } = cellImports(code, resolve);
  const names = definedNames(code);
  const reads = readNames(code);
  if (code.sql) {
    const { opening, edits, closing, own } = sqlText(code, code.sql, resolve);
    const text = rewrite(source, source, [...edits, opening, closing]);
    return { ...wrapped(text, false, [], file), imports: [own], importSpans: [], names, reads };
  }
  const { base, isModule } = strip(source);
  const edits: Edit[] = [...globalEdits(code)];
  for (const edit of moduleNameEdits(code.moduleNames, resolve)) {
    const isInside = edits.some(({ start, end }) => start <= edit.start && edit.end <= end);
    // What was stripped, as in `typeof import("x")`, stays out.
    if (!isInside && base.slice(edit.start, edit.end).trim() !== "") edits.push(edit);
  }
  const text = rewrite(source, base, edits);
  const prepared = wrapped(text, isModule, hoistedNames(code), file);
  return { ...prepared, imports, importSpans: spans, names, reads };
}

/** The text without its types, in place; as it is where types are more than that. */
function strip(source: string): { readonly base: string; readonly isModule: boolean } {
  try {
    const base = stripTypeScriptTypes(source);
    if (base.length === source.length) return { base, isModule: false };
  } catch {
    // An enum, a decorator, a parameter property: the host lets Deno transpile it.
  }
  return { base: source, isModule: true };
}

function wrapped(
  { text, toSource }: ReturnType<typeof rewrite>,
  isModule: boolean,
  hoisted: readonly string[],
  file: string,
): Pick<PreparedCell, "code" | "isModule" | "toSource"> {
  const hoists = hoisted.map((name) => `globalThis.${name}=${name};`).join("");
  const head = isModule
    ? `export default async()=>{${hoists}`
    : `(async()=>{"use strict";${hoists}`;
  const tail = isModule ? "\n}" : "\n})()";
  return {
    code: `${head}${text}${tail}\n//# sourceURL=${file}`,
    isModule,
    toSource: ({ line, column }) =>
      toSource({ line, column: line === 1 ? Math.max(1, column - head.length) : column }),
  };
}

function definedNames(code: CellCode): readonly string[] {
  const names = code.statements.flatMap(({ definitions }) =>
    definitions.filter(({ isValue, kind }) =>
      isValue && kind !== "import" && kind !== "ambient" && kind !== "using" && kind !== "type"
    ).map(({ name }) => name)
  );
  return [...new Set(names)];
}

function readNames(code: CellCode): readonly string[] {
  const reads = code.statements.flatMap((statement) => statement.reads)
    .filter(({ own, isValue }) => isValue && own === undefined);
  return [...new Set(reads.map(({ name }) => name))];
}
