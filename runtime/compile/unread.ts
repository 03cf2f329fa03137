/** Names that a notebook leaves unused, and names that it leaves free. @module */
import type { Program } from "./program.ts";
import type { Reach } from "./reach.ts";
import type { Statement } from "./syntax.ts";

/** The values that `statements` define and no kept code reads. */
export function unreadNames(
  statements: readonly Statement[],
  program: Program,
  reach: Reach,
  outputs: readonly string[] = [],
): readonly string[] {
  const read = new Set<unknown>();
  for (const statement of reach.kept) {
    for (const it of statement.reads) {
      if (!it.isAssignment) read.add(program.resolve(it));
    }
  }
  const defined = statements.flatMap(({ definitions }) => definitions)
    .filter(({ kind, isValue }) =>
      isValue && kind !== "import" && kind !== "ambient" && kind !== "using"
    )
    .filter((definition) => !read.has(definition) && !outputs.includes(definition.name));
  return [...new Set(defined.map(({ name }) => name))];
}

/** `name`, with as many `_` behind it as it takes to be free. */
export function freshName(name: string, taken: ReadonlySet<string>): string {
  return taken.has(name) ? freshName(`${name}_`, taken) : name;
}
