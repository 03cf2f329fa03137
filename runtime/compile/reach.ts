/** Finds what a run needs of a notebook: blocks, parameters, and the shared code they reach. @module */
import { isBlockValue, type Program } from "./program.ts";
import type { CellCode, Definition, Statement } from "./syntax.ts";

export interface Reach {
  /** Statements that are emitted, imports aside. */
  readonly kept: ReadonlySet<Statement>;
  /** Names taken from modules. */
  readonly imports: ReadonlySet<Definition>;
  /** Types of blocks that other cells read: they stand outside their block. */
  readonly hoisted: ReadonlySet<Statement>;
}

/** What blocks and parameters reach, directly or through shared code. */
export function findReach(program: Program): Reach {
  const kept = new Set<Statement>();
  const imports = new Set<Definition>();
  const hoisted = new Set<Statement>();
  const reached = new Set<CellCode>();
  const tainted = findTainted(program);
  const waiting: Statement[] = [];

  const keep = (statement: Statement) => {
    if (kept.has(statement) || isImport(statement)) return;
    kept.add(statement);
    waiting.push(statement);
    const { code } = statement;
    if (code.role !== "shared" || reached.has(code)) return;
    reached.add(code);
    for (const other of code.statements) if (!other.isPure && !tainted.has(other)) keep(other);
  };
  const follow = (definition: Definition, from: Statement) => {
    if (definition.kind === "import") return void imports.add(definition);
    const isForeign = definition.statement.code !== from.code || hoisted.has(from);
    for (const statement of program.statements(definition)) {
      if (isForeign && isHoistable(definition) && !hoisted.has(statement)) {
        hoisted.add(statement);
        waiting.push(statement);
      }
      keep(statement);
    }
  };

  for (const { role, statements } of program.codes) {
    if (role !== "shared") statements.forEach(keep);
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const read of next.reads) {
      const definition = program.resolve(read);
      if (definition) follow(definition, next);
    }
  }
  return { kept, imports, hoisted };
}

/** Statements that a module's head takes over. */
export function isImport(statement: Statement): boolean {
  return statement.element?.type === "ImportDeclaration";
}

/** Shared statements that read a block's value, also by way of other such statements. */
function findTainted(program: Program): ReadonlySet<Statement> {
  const tainted = new Set<Statement>();
  const shared = program.codes.filter(({ role }) => role === "shared")
    .flatMap(({ statements }) => statements);
  for (let size = -1; size !== tainted.size;) {
    size = tainted.size;
    for (const statement of shared) {
      const isTainted = statement.reads.some((read) => {
        const definition = program.resolve(read);
        return definition && (isBlockValue(definition) ||
          program.statements(definition).some((it) => tainted.has(it)));
      });
      if (isTainted) tainted.add(statement);
    }
  }
  return tainted;
}

function isHoistable({ kind, statement }: Definition): boolean {
  return statement.code.role === "block" && kind === "type";
}

/** `declare …` may stand in no function: it goes to the module's own scope. */
export function isAmbient({ definitions }: Statement): boolean {
  return definitions.some(({ kind }) => kind === "ambient");
}
