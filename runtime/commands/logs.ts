/** `logs [run]`: what each block of a run did, printed and showed, its checks, its errors with their stacks. @module */
import type { LogLine } from "../run/events.ts";
import type { RunRow, RunStore } from "../run/run_store.ts";
import type { Declare } from "./commands.ts";
import { EXIT, UsageError } from "./exit_code.ts";
import { findRun, withHistory } from "./history.ts";
import { suggestion } from "./meant.ts";
import { blockRunLines, runHead } from "./render/run_log.ts";
import { paintFor } from "./render/style.ts";

/** Declares `logs`. */
export const declare: Declare = (command) => {
  command.argument("[run]", "its id, or how it begins or ends; the latest run where it is left out")
    .option("-b, --block <name>", "only this block");
  return async (place, parsed) => {
    const [given] = parsed.args<[string | undefined]>();
    const { block } = parsed.opts<{ block?: string }>();
    const isKnown = await withHistory(place, async (store) => {
      const run = await wantedRun(given, store);
      await printRun(run, { store, block });
      return true;
    });
    if (!isKnown) throw new UsageError("Cannot show logs: nothing has run in this project yet");
    return EXIT.completed;
  };
};

async function wantedRun(given: string | undefined, store: RunStore): Promise<RunRow> {
  if (given !== undefined) return await findRun(given, store);
  const [latest] = await store.listRuns({ limit: 1 });
  if (!latest) throw new UsageError("Cannot show logs: nothing has run in this project yet");
  return latest;
}

async function printRun(
  run: RunRow,
  { store, block }: { store: RunStore; block: string | undefined },
): Promise<void> {
  const blockRuns = await store.listBlockRuns(run.id);
  const names = [...new Set(blockRuns.map((row) => row.block))];
  if (block !== undefined && !names.includes(block)) {
    throw new UsageError(
      `Cannot find block ${block} in run ${run.id}${await suggestion(block, names, "its blocks")}`,
    );
  }
  const logs = await allLogs(store, run.id, block);
  const checks = await store.listChecks(run.id);
  const attempts = await store.listAttempts(run.id);
  const artifacts = await store.listArtifacts(run.id);
  const options = { notebook: run.notebook, paint: paintFor(Deno.stdout) };
  const parts = block === undefined ? [runHead(run, logs, options)] : [];
  for (const name of block === undefined ? names : [block]) {
    const isOfBlock = (row: { block?: string }) => row.block === name;
    parts.push(blockRunLines({
      runs: blockRuns.filter(isOfBlock),
      logs: logs.filter(isOfBlock),
      checks: checks.filter(isOfBlock),
      attempts: attempts.filter(isOfBlock),
      artifacts: artifacts.filter(isOfBlock),
    }, options));
  }
  console.log(parts.map((lines) => lines.join("\n")).join("\n\n"));
}

async function allLogs(
  store: RunStore,
  run: string,
  block: string | undefined,
): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  for (let after = 0;;) {
    const page = await store.listLogs(run, { after, limit: 5000, ...(block ? { block } : {}) });
    lines.push(...page);
    const last = page.at(-1);
    if (!last) return lines;
    after = last.number;
  }
}
