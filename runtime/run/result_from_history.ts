/** Reads what a run came to out of its history: only what is durable is told. @module */
import type { BlockResult, RunResult } from "./result.ts";
import type { BlockRunRow, CheckRow, RunStore } from "./run_store.ts";

/** The result of the run as `--json` prints it. @throws {Error} when there is no such run. */
export async function resultFromHistory(store: RunStore, id: string): Promise<RunResult> {
  const run = await store.findRun(id);
  if (!run) throw new Error(`Cannot find run ${id} in the history: it was deleted meanwhile`);
  const checks = Map.groupBy(await store.listChecks(id), ({ block }) => block);
  const blocks = (await store.listBlockRuns(id)).filter(({ element }) => element === null);
  return {
    run: run.id,
    pipeline: run.pipeline,
    status: run.status,
    ms: run.ms ?? 0,
    blocks: blocks.map((block) => resultOf(block, checks.get(block.block) ?? [])),
    ...(run.error === null ? {} : { error: run.error }),
  };
}

function resultOf(row: BlockRunRow, checks: readonly CheckRow[]): BlockResult {
  return {
    name: row.block,
    kind: row.kind,
    status: row.status,
    ms: row.ms ?? 0,
    attempts: row.attempts,
    rows: row.rows,
    checks: lastChecks(row, checks),
    ...(row.error === null ? {} : { error: row.error }),
  };
}

/** Those of the block's last try, and of its elements; one name's passed where all of them did. */
function lastChecks(row: BlockRunRow, checks: readonly CheckRow[]): BlockResult["checks"] {
  const passed = new Map<string, boolean>();
  const lastOfElement = new Map(checks.map(({ element, attempt }) => [element, attempt]));
  for (const check of checks) {
    const last = check.element === null ? row.attempts : lastOfElement.get(check.element);
    if (check.attempt !== last) continue;
    passed.set(check.name, (passed.get(check.name) ?? true) && check.passed);
  }
  return [...passed].map(([name, isPassed]) => ({ name, passed: isPassed }));
}
