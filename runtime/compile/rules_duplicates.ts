/** Rules of names that are defined twice. @module */
import { isBlockValue, type Program } from "./program.ts";
import type { Reach } from "./reach.ts";
import type { Report } from "./report.ts";
import type { Definition } from "./syntax.ts";

/** Reports names that two cells define where another reads them, or where both stand in one scope. */
export function reportDuplicates(program: Program, reach: Reach, report: Report): void {
  const reported = new Set<string>();
  for (const statement of reach.kept) {
    for (const read of statement.reads) {
      const found = program.candidates(read);
      if (read.own !== undefined || found.length < 2 || reported.has(read.name)) continue;
      reported.add(read.name);
      reportTwo(found, `and cell ${statement.code.cell.index} reads it`, report);
    }
  }
  for (const name of program.names) {
    if (reported.has(name)) continue;
    const together = program.definitions(name).filter((definition) =>
      isTogether(definition, reach)
    );
    for (const space of ["isValue", "isType"] as const) {
      const found = different(together.filter((definition) => definition[space]));
      if (found.length < 2 || reported.has(name)) continue;
      reported.add(name);
      reportTwo(found, "and both are shared", report);
    }
  }
}

/** True for what stands in the pipeline's own scope or above it. */
function isTogether(definition: Definition, reach: Reach): boolean {
  const { kind, statement } = definition;
  if (kind === "import") return reach.imports.has(definition);
  if (!reach.kept.has(statement)) return false;
  return reach.hoisted.has(statement) || kind === "ambient" ||
    statement.code.role !== "block" && !isBlockValue(definition);
}

/** Overloads of one cell are one; imports of one thing are one. */
function different(definitions: readonly Definition[]): readonly Definition[] {
  const seen = new Set<unknown>();
  return definitions.filter((definition) => {
    const key = definition.source ?? definition.statement.code;
    return !seen.has(key) && seen.add(key);
  });
}

function reportTwo(definitions: readonly Definition[], why: string, report: Report): void {
  const [first] = definitions;
  const last = definitions.at(-1);
  if (first === undefined || last === undefined) return;
  const { code } = last.statement;
  const cell = first.statement.code.cell.index;
  const isImports = first.kind === "import" && last.kind === "import";
  report.at(
    code.cell,
    last.start,
    isImports
      ? `imports \`${last.name}\` from ${moduleOf(last)}, but cell ${cell} imports it from ${
        moduleOf(first)
      }; rename one: \`${last.name} as other_${last.name}\``
      : `defines \`${last.name}\`, which cell ${cell} defines too, ${why}; rename one of them`,
  );
}

function moduleOf({ source }: Definition): string {
  return JSON.stringify(source?.split("#")[0]);
}
