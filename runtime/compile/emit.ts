/** Writes the pipeline as one TypeScript module that a person can read: imports, parameters and
 *  shared code in the notebook's order, and an async function for each block. @module */
import { emitBlock, type Names } from "./emit_block.ts";
import { bodyStart, cellEdits, parameterEdits } from "./edits.ts";
import { emitSql } from "./emit_sql.ts";
import type { BlockPlan } from "./graph.ts";
import { emitImports, type ModuleNaming, ownImport } from "./imports.ts";
import type { Program } from "./program.ts";
import { isAmbient, type Reach } from "./reach.ts";
import { type Line, ownLine, renderSpan } from "./render.ts";
import type { CellCode, Statement } from "./syntax.ts";
import { freshName, unreadNames } from "./unread.ts";

/** The lines of the emitted module. */
export function emitModule(
  program: Program,
  reach: Reach,
  plans: readonly BlockPlan[],
  naming: ModuleNaming,
  title: string,
): readonly Line[] {
  const names = chooseNames(program, reach);
  const body = program.codes.flatMap((code) =>
    emitCell(code, program, reach, plans, naming, names)
  );
  const hasParameters = program.codes.some(({ role }) => role === "parameters");
  const types = [
    ...(hasParameters ? [alias("Given", names.given_type)] : []),
    ...(plans.some(({ inputs }) => inputs.length > 0) ? [alias("Output", names.output)] : []),
  ];
  return [
    ownLine(`/** Compiled by Sluice from ${title}: edit the notebook, not this file. @module */`),
    ...emitImports(program, reach, naming),
    ...ownImport(ownValues(program, reach, names), naming),
    ...ownImport(types, naming, true),
    ownLine(""),
    ...emitAmbient(program, reach, naming),
    ownLine(
      `export default async function ${names.pipeline}(${
        hasParameters ? `${names.given}: ${names.given_type}` : ""
      }) {`,
    ),
    ...body,
    ...emitUnread(program, reach),
    ownLine(`  return { ${plans.map(({ name }) => name).join(", ")} };`),
    ownLine("}"),
    ownLine(""),
    ...emitBlocks(plans, names),
  ];
}

function emitCell(
  code: CellCode,
  program: Program,
  reach: Reach,
  plans: readonly BlockPlan[],
  naming: ModuleNaming,
  names: Names,
): readonly Line[] {
  const plan = plans.find((it) => it.code === code);
  const title = `  // cell ${code.cell.index}${code.role === "parameters" ? ": parameters" : ""}`;
  if (plan) {
    return [ownLine(title), ...emitBlock(plan, program, reach, naming, names), ownLine("")];
  }
  const isKept = (statement: Statement) => reach.kept.has(statement) && !isAmbient(statement);
  if (!code.statements.some(isKept)) return [];
  if (code.sql) {
    return [
      ownLine(title),
      ...emitSql(code, code.sql, names, { isRead: true, indent: 2 }),
      ownLine(""),
    ];
  }
  const edits = cellEdits(code, isKept, naming);
  if (code.role === "parameters") edits.push(...parameterEdits(code, names.given));
  const span = { start: bodyStart(code), end: code.cell.source.length };
  return [ownLine(title), ...renderSpan(code, span, edits, 2), ownLine("")];
}

function emitAmbient(program: Program, reach: Reach, naming: ModuleNaming): readonly Line[] {
  const lines = [...reach.kept].filter(isAmbient).flatMap((statement) =>
    renderSpan(
      statement.code,
      { start: statement.top, end: statement.end },
      cellEdits(statement.code, (it) => it === statement, naming),
      0,
    )
  );
  return lines.length === 0 ? [] : [...lines, ownLine("")];
}

/** Shared names that nothing reads would stop a check with `noUnusedLocals`. */
function emitUnread(program: Program, reach: Reach): readonly Line[] {
  const unread = program.codes.filter(({ role }) => role !== "block")
    .flatMap(({ statements }) =>
      unreadNames(statements.filter((it) => reach.kept.has(it)), program, reach)
    );
  return unread.length === 0 ? [] : [ownLine(`  void [${unread.join(", ")}]; // read by no block`)];
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

/** Names of the compiler's own, clear of everything that the notebook defines or reads. */
function chooseNames(program: Program, reach: Reach): Names {
  const taken = new Set([
    ...program.names,
    ...program.codes.flatMap(({ block, statements }) => [
      block ?? "",
      ...statements.flatMap(({ reads }) => reads.map(({ name }) => name)),
    ]),
  ]);
  const imported = (name: string) =>
    program.definitions(name).length > 0 || taken.has(name) ? freshName(name, taken) : name;
  const fromSluice = (name: string) =>
    [...reach.imports].find(({ source }) => source === `sluice#${name}`)?.name ?? imported(name);
  return {
    given: imported("given"),
    given_type: imported("Given"),
    output: imported("Output"),
    pipeline: imported("pipeline"),
    blocks: imported("blocks"),
    sql: fromSluice("sql"),
    postgres: fromSluice("postgres"),
  };
}

/** What SQL cells call and no cell imports. */
function ownValues(program: Program, reach: Reach, names: Names): readonly string[] {
  const connections = new Set(
    program.codes.filter((code) => code.sql && code.statements.some((it) => reach.kept.has(it)))
      .map(({ cell }) =>
        cell.sql?.connection === "postgres" ? "postgres" as const : "sql" as const
      ),
  );
  return [...connections].sort()
    .filter((name) => ![...reach.imports].some(({ source }) => source === `sluice#${name}`))
    .map((name) => alias(name, names[name]));
}

function alias(name: string, as: string): string {
  return name === as ? name : `${name} as ${as}`;
}
