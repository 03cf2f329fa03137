/** Gathers what a block's hash covers, so that a resume knows when its code has changed. @module */
import type { BlockSource } from "./build.ts";
import { statementsOf } from "./graph.ts";
import type { Program } from "./program.ts";
import { isImport, type Reach } from "./reach.ts";
import { sqlFiles } from "./sql_files.ts";
import type { CellCode, Definition } from "./syntax.ts";

/** A block's code with the shared code and the imports that it reaches. */
export function blockSources(code: CellCode, program: Program, reach: Reach): BlockSource {
  const imports = new Set<Definition>();
  const statements = statementsOf(code, program, reach, (definition) => imports.add(definition));
  const texts: string[] = [];
  const modules = new Set<string>();
  for (const statement of statements) {
    if (isImport(statement) || statement.code.role === "parameters") continue;
    const { start, end } = statement;
    texts.push(statement.code.cell.source.slice(start, end));
    for (const { start: at, specifier } of statement.code.moduleNames) {
      if (start <= at && at < end) modules.add(specifier);
    }
  }
  for (const { name, source } of imports) {
    texts.push(`import ${source} as ${name}`);
    modules.add(source?.split("#")[0] ?? "");
  }
  const { header, sql } = code.cell;
  if (sql) texts.push(JSON.stringify([sql, header?.table, header?.ifExists]));
  for (const text of texts) for (const path of sqlFiles(text)) modules.add(path);
  return { code: texts.join("\n"), modules: [...modules].sort() };
}
