/** Writes one block as an async function: its inputs as an argument, its outputs as the result. @module */
import { bodyStart, cellEdits } from "./edits.ts";
import type { BlockPlan } from "./graph.ts";
import type { ModuleNaming } from "./imports.ts";
import type { Program } from "./program.ts";
import { isAmbient, isImport, type Reach } from "./reach.ts";
import { type Line, ownLine, renderSpan } from "./render.ts";
import { emitSql } from "./emit_sql.ts";
import { unreadNames } from "./unread.ts";

/** Names of the compiler's own, as they are in one module. */
export interface Names {
  readonly given: string;
  readonly given_type: string;
  readonly output: string;
  readonly pipeline: string;
  readonly blocks: string;
  readonly sql: string;
  readonly postgres: string;
}

/** The lines of a block's function, and before it the types that other cells read. */
export function emitBlock(
  plan: BlockPlan,
  program: Program,
  reach: Reach,
  naming: ModuleNaming,
  names: Names,
): readonly Line[] {
  const { code, name, outputs } = plan;
  const inside = code.statements.filter((it) =>
    !isImport(it) && !isAmbient(it) && !reach.hoisted.has(it)
  );
  const unread = code.sql ? [] : unreadNames(inside, program, reach, outputs);
  return [
    ...emitHoisted(plan, reach, naming),
    ownLine(`  async function ${name}(${argument(plan, names)}) {`),
    ...(code.sql
      ? emitSql(code, code.sql, names, { isRead: outputs.length > 0, indent: 4 })
      : renderSpan(
        code,
        { start: bodyStart(code), end: code.cell.source.length },
        cellEdits(code, (it) => inside.includes(it), naming),
        4,
      )),
    ...(unread.length > 0
      ? [ownLine(`    void [${unread.join(", ")}]; // read by no other cell`)]
      : []),
    ...(outputs.length > 0 ? [ownLine(`    return { ${outputs.join(", ")} };`)] : []),
    ownLine("  }"),
  ];
}

function emitHoisted({ code }: BlockPlan, reach: Reach, naming: ModuleNaming): readonly Line[] {
  const isHoisted = code.statements.filter((it) => reach.hoisted.has(it));
  if (isHoisted.length === 0) return [];
  return isHoisted.flatMap((statement) =>
    renderSpan(
      code,
      { start: statement.top, end: statement.end },
      cellEdits(code, (it) => it === statement, naming),
      2,
    )
  );
}

function argument({ inputs }: BlockPlan, { output }: Names): string {
  if (inputs.length === 0) return "";
  const blocks = [...new Set(inputs.map(({ from }) => from))];
  const types = blocks.map((block) => `${output}<typeof ${block}>`).join(" & ");
  return `{ ${inputs.map(({ name }) => name).join(", ")} }: ${types}`;
}
