/** Finds the connections that kept code names by literals, by the binding of their import. @module */
import type { Pipeline } from "./pipeline.ts";
import type { Program } from "./program.ts";
import type { Reach } from "./reach.ts";
import type { LiteralCall } from "./syntax.ts";

const KINDS = ["postgres", "gcs", "bigquery"];

/** Each connection once, such as `{ kind: "postgres", profile: "dev" }`. */
export function findConnections(program: Program, reach: Reach): Pipeline["connections"] {
  const found = new Map<string, Pipeline["connections"][number]>();
  const add = (kind: string, profile: string | undefined) =>
    found.set(`${kind} ${profile ?? ""}`, { kind, profile });
  for (const { calls, cell, statements } of program.codes) {
    for (const call of calls) {
      if (!reach.kept.has(call.statement)) continue;
      const kind = connectionKind(call, program);
      if (kind !== undefined) add(kind, call.argument);
    }
    const isKept = statements.some((statement) => reach.kept.has(statement));
    if (cell.sql && cell.sql.connection !== "duckdb" && isKept) {
      add(cell.sql.connection, cell.sql.profile);
    }
  }
  return [...found.values()];
}

/** `postgres(…)`, under whatever name it was imported, and `sluice.postgres(…)`. */
function connectionKind({ callee, method }: LiteralCall, program: Program): string | undefined {
  const source = program.definitions(callee).find(({ kind }) => kind === "import")?.source;
  return KINDS.find((kind) =>
    method === undefined ? source === `sluice#${kind}` : source === "sluice#*" && method === kind
  );
}
