/** Makes the graph: each block with its inputs, outputs, upstream and parameters. @module */
import type { Header } from "../notebook/notebook.ts";
import type { Block, Input, Parameter } from "./pipeline.ts";
import { isBlockValue, type Program } from "./program.ts";
import type { Reach } from "./reach.ts";
import type { CellCode, Definition, Read, Statement } from "./syntax.ts";

/** A block before its hash is known. */
export type BlockPlan = Omit<Block, "hash"> & { readonly code: CellCode };

const ONCE = { attempts: 1, delayMs: 0, backoff: "fixed" } as const;

/** The notebook's blocks, in its order. */
export function planBlocks(program: Program, reach: Reach): readonly BlockPlan[] {
  const blocks = program.codes.filter(({ cell }) => cell.header !== undefined);
  const inputs = new Map(blocks.map((code) => [code, inputsOf(code, program, reach)]));
  const read = new Set([...inputs.values()].flat().map(({ from, name }) => `${from} ${name}`));
  return blocks.map((code) =>
    planBlock(code, code.cell.header as Header, inputs.get(code) ?? [], read, program, reach)
  );
}

function planBlock(
  code: CellCode,
  header: Header,
  inputs: readonly Input[],
  read: ReadonlySet<string>,
  program: Program,
  reach: Reach,
): BlockPlan {
  const { name, kind, retry, timeoutMs, description, of } = header;
  const names = code.statements.flatMap(({ definitions }) => definitions.map((it) => it.name));
  return {
    code,
    name,
    kind,
    cell: code.cell.index,
    inputs,
    outputs: [...new Set(names)].filter((output) => read.has(`${name} ${output}`)),
    upstream: [...new Set([...inputs.map(({ from }) => from), ...header.upstream])],
    parameters: parametersOf(code, program, reach),
    retry: retry ?? ONCE,
    timeoutMs,
    description,
    of,
  };
}

function inputsOf(code: CellCode, program: Program, reach: Reach): readonly Input[] {
  const inputs = new Map<string, Input>();
  for (const read of ownReads(code, reach)) {
    const definition = program.resolve(read);
    if (!definition || !isBlockValue(definition) || definition.statement.code === code) continue;
    const from = definition.statement.code.block;
    if (from !== undefined) inputs.set(read.name, { name: read.name, from });
  }
  return [...inputs.values()];
}

/** The reads of what stays inside a block. */
export function ownReads(code: CellCode, reach: Reach): readonly Read[] {
  return code.statements.filter((it) => !reach.hoisted.has(it)).flatMap(({ reads }) => reads);
}

function parametersOf(code: CellCode, program: Program, reach: Reach): readonly string[] {
  const names = new Set<string>();
  for (const statement of statementsOf(code, program, reach)) {
    if (statement.code.role !== "parameters") continue;
    for (const { name, isValue } of statement.definitions) if (isValue) names.add(name);
  }
  return [...names].sort();
}

/** A block's own statements, then the shared ones and parameters that it reaches. */
export function statementsOf(
  code: CellCode,
  program: Program,
  reach: Reach,
  onImport: (definition: Definition) => void = () => {},
): ReadonlySet<Statement> {
  const found = new Set<Statement>(code.statements.filter((it) => reach.kept.has(it)));
  for (const statement of found) {
    for (const read of statement.reads) {
      const definition = program.resolve(read);
      if (definition?.kind === "import") onImport(definition);
      else if (definition && !isBlockValue(definition)) {
        for (const other of program.statements(definition)) found.add(other);
      }
    }
  }
  return found;
}

/** The parameters, in the notebook's order. */
export function listParameters(program: Program): readonly Parameter[] {
  return program.codes.filter(({ role }) => role === "parameters").flatMap(({ cell, statements }) =>
    statements.flatMap((statement) =>
      declaratorsOf(statement).map(({ name, init }) => ({
        name,
        cell: cell.index,
        source: cell.source.slice(init.start, init.end),
      }))
    )
  );
}

/** `const name = init` pairs of a statement; parentheses belong to the initialiser. */
export function declaratorsOf(statement: Statement) {
  const { element } = statement;
  const declaration = element?.type === "ExportNamedDeclaration"
    ? element.declaration as typeof element | null
    : element;
  if (declaration?.type !== "VariableDeclaration") return [];
  return (declaration.declarations as NonNullable<typeof element>[]).flatMap((declarator) => {
    const id = declarator.id as NonNullable<typeof element>;
    const init = declarator.init as NonNullable<typeof element> | null;
    if (init === null || id.type !== "Identifier") return [];
    const extra = init.extra as { parenStart?: number } | undefined;
    const start = extra?.parenStart ?? init.start;
    return [{
      name: `${id.name}`,
      annotation: id.typeAnnotation as typeof element | null,
      value: init,
      init: { start, end: declarator.end },
    }];
  });
}
