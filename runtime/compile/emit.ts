/** Writes the pipeline as one TypeScript module that a person can read: imports, parameters and
 *  shared code in the notebook's order, and an async function for each block. @module */
import { bodyStart, cellEdits, parameterEdits } from "./edits.ts";
import { emitBlock, emitStatement } from "./emit_block.ts";
import { type Emission, importedFromSluice, type Names, prepareEmission } from "./emit_names.ts";
import { emitSql } from "./emit_sql.ts";
import type { BlockPlan } from "./graph.ts";
import { emitImports, type ModuleNaming, ownImport } from "./imports.ts";
import type { Program } from "./program.ts";
import { isAmbient, type Reach } from "./reach.ts";
import { type Line, ownLine, renderSpan } from "./render.ts";
import type { CellCode, Statement } from "./syntax.ts";
import { emitUnread } from "./unread.ts";

/** The lines of the emitted module. */
export function emitModule(
  program: Program,
  reach: Reach,
  plans: readonly BlockPlan[],
  naming: ModuleNaming,
  title: string,
): readonly Line[] {
  const emission = prepareEmission(program, reach, naming);
  const { names } = emission;
  const planOf = new Map(plans.map((plan) => [plan.code, plan]));
  const shared = program.codes.filter(({ role }) => role !== "block");
  const hasParameters = program.codes.some(({ role }) => role === "parameters");
  return [
    ownLine(`/** Compiled by Sluice from ${title}: edit the notebook, not this file. @module */`),
    ...emitImports(program, reach, naming),
    ...ownImport(ownValues(emission), naming),
    ...ownImport(ownTypes(plans, hasParameters, names), naming, true),
    ownLine(""),
    ...emitAmbient(emission),
    ownLine(
      `export default async function ${names.pipeline}(${
        hasParameters ? `${names.given}: ${names.givenType}` : ""
      }) {`,
    ),
    ...program.codes.flatMap((code) => emitCell(code, planOf.get(code), emission)),
    ...emitUnread(shared.flatMap(({ statements }) => statements), emission, { indent: 2 }),
    ownLine(
      plans.length === 0
        ? "  return {};"
        : `  return { ${plans.map(({ name }) => name).join(", ")} };`,
    ),
    ownLine("}"),
    ownLine(""),
    ...emitBlocks(plans, names),
  ];
}

function emitCell(
  code: CellCode,
  plan: BlockPlan | undefined,
  emission: Emission,
): readonly Line[] {
  const { reach, names, naming } = emission;
  const title = `  // cell ${code.cell.index}${code.role === "parameters" ? ": parameters" : ""}`;
  if (plan) return [ownLine(title), ...emitBlock(plan, emission), ownLine("")];
  const isKept = (statement: Statement) => reach.kept.has(statement) && !isAmbient(statement);
  if (!code.statements.some(isKept)) return [];
  if (code.sql) {
    const lines = emitSql(code, code.sql, names, { isRead: true, indent: 2 });
    return [ownLine(title), ...lines, ownLine("")];
  }
  const edits = cellEdits(code, isKept, naming);
  if (code.role === "parameters") edits.push(...parameterEdits(code, names.given));
  const span = { start: bodyStart(code), end: code.cell.source.length };
  return [ownLine(title), ...renderSpan(code, span, edits, 2), ownLine("")];
}

function emitAmbient(emission: Emission): readonly Line[] {
  const lines = [...emission.reach.kept].filter(isAmbient)
    .flatMap((statement) => emitStatement(statement, emission, 0));
  return lines.length === 0 ? [] : [...lines, ownLine("")];
}

function emitBlocks(plans: readonly BlockPlan[], names: Names): readonly Line[] {
  const entries = plans.map(({ name, kind, upstream, retry, timeoutMs, of }) => {
    const fields = [`kind: "${kind}"`, `upstream: ${texts(upstream)}`];
    if (retry.attempts > 1) {
      fields.push(
        `retry: { attempts: ${retry.attempts}, delayMs: ${retry.delayMs}, backoff: "${retry.backoff}" }`,
      );
    }
    if (timeoutMs !== undefined) fields.push(`timeoutMs: ${timeoutMs}`);
    if (of.length > 0) fields.push(`of: ${texts(of)}`);
    return `  ${name}: { ${fields.join(", ")} },`;
  });
  const isOwn = names.blocks === "blocks";
  return [
    `${isOwn ? "export " : ""}const ${names.blocks} = {`,
    ...entries,
    "} as const;",
    ...(isOwn ? [] : [`export { ${names.blocks} as blocks };`]),
  ].map(ownLine);
}

function texts(values: readonly string[]): string {
  return `[${values.map((value) => JSON.stringify(value)).join(", ")}]`;
}

/** What SQL cells call and no cell imports. */
function ownValues({ program, reach, names }: Emission): readonly string[] {
  const called = program.codes
    .filter((code) => code.sql && code.statements.some((it) => reach.kept.has(it)))
    .map(({ cell }) =>
      !cell.sql || cell.sql.connection === "duckdb" ? "sql" as const : cell.sql.connection
    );
  return [...new Set(called)].sort()
    .filter((name) => importedFromSluice(name, reach) === undefined)
    .map((name) => alias(name, names[name]));
}

function ownTypes(
  plans: readonly BlockPlan[],
  hasParameters: boolean,
  { givenType, output }: Names,
): readonly string[] {
  const hasInputs = plans.some(({ inputs }) => inputs.length > 0);
  return [
    ...hasParameters ? [alias("Given", givenType)] : [],
    ...hasInputs ? [alias("Output", output)] : [],
  ];
}

function alias(name: string, as: string): string {
  return name === as ? name : `${name} as ${as}`;
}
