/** Writes one block as an async function: its inputs as an argument, its outputs as the result. @module */
import { bodyStart, cellEdits } from "./edits.ts";
import type { Emission } from "./emit_names.ts";
import { emitSql } from "./emit_sql.ts";
import type { BlockPlan } from "./graph.ts";
import { isAmbient, isImport } from "./reach.ts";
import { type Line, ownLine, renderSpan } from "./render.ts";
import type { Statement } from "./syntax.ts";
import { emitUnread } from "./unread.ts";

/** The lines of a block's function, and before it the types that other cells read. */
export function emitBlock(plan: BlockPlan, emission: Emission): readonly Line[] {
  const { name, outputs, code } = plan;
  const inside = new Set(code.statements.filter((it) => isInside(it, emission)));
  return [
    ...code.statements.filter((it) => emission.reach.hoisted.has(it))
      .flatMap((statement) => emitStatement(statement, emission, 2)),
    ownLine(`  async function ${name}(${argument(plan, emission)}) {`),
    ...(code.sql
      ? emitSql(code, code.sql, emission.names, { isRead: outputs.length > 0, indent: 4 })
      : renderSpan(
        code,
        { start: bodyStart(code), end: code.cell.source.length },
        cellEdits(code, (it) => inside.has(it), emission.naming),
        4,
      )),
    ...(code.sql ? [] : emitUnread([...inside], emission, { indent: 4, outputs })),
    ...(outputs.length > 0 ? [ownLine(`    return { ${outputs.join(", ")} };`)] : []),
    ownLine("  }"),
  ];
}

/** The lines of one statement that stands outside its cell's own place. */
export function emitStatement(
  statement: Statement,
  { naming }: Emission,
  indent: number,
): readonly Line[] {
  const { code, top, end } = statement;
  const edits = cellEdits(code, (it) => it === statement, naming);
  return renderSpan(code, { start: top, end }, edits, indent);
}

function isInside(statement: Statement, { reach, read }: Emission): boolean {
  if (isImport(statement) || isAmbient(statement) || reach.hoisted.has(statement)) return false;
  const { element, definitions } = statement;
  const isDirective = element?.directive !== undefined;
  const isUnreadType = definitions.length > 0 &&
    definitions.every((it) => it.kind === "type" && !read.has(it));
  return !isDirective && !isUnreadType;
}

function argument({ inputs }: BlockPlan, { names }: Emission): string {
  if (inputs.length === 0) return "";
  const blocks = [...new Set(inputs.map(({ from }) => from))];
  const types = blocks.map((block) => `${names.output}<typeof ${block}>`).join(" & ");
  return `{ ${inputs.map(({ name }) => name).join(", ")} }: ${types}`;
}
