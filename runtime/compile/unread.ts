/** Names that a notebook leaves unused, which a check with `noUnusedLocals` would not pass. @module */
import type { Emission } from "./emit_names.ts";
import { type Line, ownLine } from "./render.ts";
import type { Statement } from "./syntax.ts";

/** A line that reads the values which `statements` define and no kept code reads; none where all are read. */
export function emitUnread(
  statements: readonly Statement[],
  { reach, read }: Emission,
  { indent, outputs = [] }: { readonly indent: number; readonly outputs?: readonly string[] },
): readonly Line[] {
  const names = new Set<string>();
  for (const statement of statements) {
    if (!reach.kept.has(statement)) continue;
    for (const definition of statement.definitions) {
      const { kind, isValue, name } = definition;
      const isLocal = isValue && kind !== "import" && kind !== "ambient" && kind !== "using";
      if (isLocal && !read.has(definition) && !outputs.includes(name)) names.add(name);
    }
  }
  if (names.size === 0) return [];
  return [ownLine(`${" ".repeat(indent)}void [${[...names].join(", ")}]; // not read elsewhere`)];
}
