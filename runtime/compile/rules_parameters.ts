/** Rules of the cells tagged `parameters`. @module */
import { declaratorsOf } from "./graph.ts";
import { isImport } from "./reach.ts";
import type { Program } from "./program.ts";
import type { Report } from "./report.ts";
import type { CellCode, Statement } from "./syntax.ts";

/** Reports what is no parameter in a cell of parameters. */
export function reportParameters(program: Program, report: Report): void {
  for (const { cell } of program.codes) {
    if (!cell.tags.includes("parameters") || cell.header === undefined) continue;
    report.atKey(
      cell,
      cell.header.kind,
      "a cell tagged `parameters` cannot be a block too; remove the tag or the header",
    );
  }
  const cells = program.codes.filter(({ role }) => role === "parameters");
  for (const code of cells) {
    if (code.sql) {
      report.at(code.cell, 0, "parameters cannot be SQL; write `const name = default;`");
    } else code.statements.forEach((statement) => reportStatement(code, statement, report));
  }
}

function reportStatement(code: CellCode, statement: Statement, report: Report): void {
  const { element, definitions } = statement;
  if (element === undefined || isImport(statement) || element.type === "EmptyStatement") return;
  if (definitions.length > 0 && definitions.every(({ kind }) => kind === "type")) return;
  const names = declaratorsOf(statement).map(({ name }) => name);
  const wrong = definitions.find(({ name, kind }) => !names.includes(name) || kind === "ambient");
  if (wrong === undefined && definitions.length > 0) return;
  report.at(
    code.cell,
    wrong?.start ?? statement.start,
    wrong
      ? `parameter \`${wrong.name}\` is no plain name with a default; write \`const ${wrong.name} = default;\``
      : "a cell tagged `parameters` holds only `const name = default;`; move this to a cell below",
  );
}
