/** Writes down a run whose process is gone before the run's end. @module */
import { withBlockPlace } from "../compile/locate.ts";
import { endedBlockEvents } from "./ended_blocks.ts";
import { explainEnd, type ProcessEnd } from "./crash.ts";
import type { BlockEnded, BlockStarted, RunEvent } from "./events.ts";
import type { Crash, EndedInCrash, RunOrder } from "./request.ts";
import type { RunWriter } from "./run_store.ts";

export interface CrashEffects {
  readonly writer: RunWriter;
  readonly onEvent: (event: RunEvent) => void;
}

/** What the supervisor knows of a process that is gone. */
export interface GoneProcess extends ProcessEnd {
  readonly startedAt: number;
  readonly isCancelled: boolean;
  /** The try for which the supervisor killed it. */
  readonly overdue: BlockStarted | undefined;
  /** The blocks that it said to have ended. */
  readonly ended: readonly BlockEnded[];
}

/** Ends the blocks that were open, and the run; where callbacks are still to hear of it, the run is
 *  left to the process that tells them: what that one needs to know is given back. */
export async function writeCrash(
  order: RunOrder,
  gone: GoneProcess,
  { writer, onEvent }: CrashEffects,
): Promise<Crash | undefined> {
  const at = Date.now();
  const status = gone.isCancelled ? "cancelled" : "failed";
  const { reason, block } = gone.overdue ? explainOverdue(gone.overdue) : explainEnd(gone);
  const callbacks = order.plan.blocks.filter(({ kind }) => kind === "callback");
  // One that ended the process itself would do it again.
  const isTold = !gone.isCancelled && order.crash === null && callbacks.length > 0 &&
    callbacks.every(({ name }) => name !== block);
  const ended = await writer.endOpenBlocks({
    status,
    at,
    error: block === undefined ? reason : `another block ended the run's process: ${reason}`,
    errors: block === undefined ? {} : { [block]: withBlockPlace(reason, order.compiled, block) },
    sparesCallbacks: isTold,
  });
  const events = endedBlockEvents(ended, at);
  for (const event of events) onEvent(event);
  // Where a block says it, the run need not say it again.
  const isSaid = gone.isCancelled || events.some(({ error }) => error !== undefined);
  const error = order.crash ? order.crash.error : isSaid ? null : reason;
  const { startedAt } = order.crash ?? gone;
  if (isTold) {
    return { startedAt, reason, error, blocks: blocksOf(order, [...gone.ended, ...events]) };
  }
  await writer.endRun({
    status: order.crash ? "failed" : status,
    at,
    ms: at - startedAt,
    error,
    peakRssBytes: null,
  });
  return undefined;
}

/** The order for the process that tells the callbacks which the one that is gone has not told; those
 *  that it was telling are told again. */
export function orderAfterCrash(
  order: RunOrder,
  { crash, ended }: { readonly crash: Crash; readonly ended: readonly BlockEnded[] },
): RunOrder {
  const over = new Set(ended.map(({ block }) => block));
  const blocks = order.plan.blocks.filter(({ name, kind }) =>
    kind !== "callback" || !over.has(name)
  );
  return { ...order, nonce: crypto.randomUUID(), plan: { ...order.plan, blocks }, crash };
}

function blocksOf(
  order: RunOrder,
  ended: readonly BlockEnded[],
): Readonly<Record<string, EndedInCrash>> {
  const blocks: Record<string, EndedInCrash> = {};
  for (const { name, action } of order.plan.blocks) {
    if (action === "reuse") blocks[name] = { status: "completed", error: null };
  }
  for (const { block, element, status, error } of ended) {
    if (element === undefined) blocks[block] = { status, error: error ?? null };
  }
  return blocks;
}

function explainOverdue({ block, timeoutMs }: BlockStarted): { reason: string; block: string } {
  return {
    reason:
      `did not end within its timeout of ${timeoutMs} ms, nor answer after it, so the run's ` +
      "process was killed: a busy loop, or one long call; give other code a turn with an await",
    block,
  };
}
