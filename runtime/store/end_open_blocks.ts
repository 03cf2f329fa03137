/** Ends the blocks that a run left open when its process could not. @module */
import type { EndedOpenBlock, OpenBlocksEnd } from "../run/run_store.ts";
import { type BlockStatus, isEnded, statusFromUpstream } from "../run/status.ts";
import type { Database, Row } from "./database.ts";
import { elementFrom, WHOLE_BLOCK } from "./rows.ts";

const LIST_BLOCKS =
  `select block, element, kind, status, upstream, attempts, started_at from block_runs
  where run = ? order by position, block, element`;

const END_BLOCK = `update block_runs set status = ?, ended_at = ?, ms = ?, error = ?, reason = ?
  where run = ? and block = ? and element = ?`;

const END_ATTEMPT = `insert or replace into attempts (run, block, element, attempt, started_at,
  ended_at, status, error) values (?, ?, ?, ?, ?, ?, ?, ?)`;

/** Ends them inside the caller's transaction; gives what it ended. */
export function endOpenBlocks(
  database: Database,
  run: string,
  { status, at, error, errors, sparesCallbacks }: OpenBlocksEnd,
): readonly EndedOpenBlock[] {
  const ended: EndedOpenBlock[] = [];
  const statuses = new Map<string, BlockStatus>();
  for (const row of database.all(LIST_BLOCKS, run)) {
    const { block, element, before, upstream, attempts, startedAt } = openBlockFrom(row);
    if (sparesCallbacks && row.kind === "callback") continue;
    if (isEnded(before)) {
      if (element === WHOLE_BLOCK) statuses.set(block, before);
      continue;
    }
    // A block between two tries had begun as well.
    const wasRunning = before !== "initial";
    const above = upstream.flatMap((name) => statuses.get(name) ?? []);
    const after = wasRunning ? status : statusFromUpstream(above) ?? "cancelled";
    const text = wasRunning && status === "failed" ? errors[block] ?? error : null;
    const reason = wasRunning ? null : "the run ended before it";
    const ms = startedAt === null ? 0 : at - startedAt;
    database.run(END_BLOCK, after, at, ms, text, reason, run, block, element);
    if (element === WHOLE_BLOCK) statuses.set(block, after);
    if (wasRunning && startedAt !== null) {
      database.run(END_ATTEMPT, run, block, element, attempts, startedAt, at, after, text);
    }
    const key = { block, element: elementFrom(element) };
    ended.push({ ...key, status: after, ms, attempts, error: text, reason });
  }
  return ended;
}

function openBlockFrom(row: Row) {
  return {
    block: row.block as string,
    element: row.element as number,
    before: row.status as BlockStatus,
    upstream: JSON.parse(row.upstream as string) as string[],
    attempts: row.attempts as number,
    startedAt: row.started_at as number | null,
  };
}
