/** The blocks of one run: each starts as soon as its upstream have completed. @module */
import type { Block } from "../compile/pipeline.ts";
import type { CallbackEvent } from "../context/scope.ts";
import { type BlockFunction, runBlock, skipBlock } from "./block.ts";
import { BlockValues } from "./block_values.ts";
import { runCallback } from "./callbacks.ts";
import type { Execution } from "./execution.ts";
import type { PlannedBlock } from "./plan.ts";
import type { EndedInCrash } from "./request.ts";
import type { BlockFunctions } from "./prepare_run.ts";
import {
  type BlockStatus,
  type RunStatus,
  runStatusFromBlocks,
  statusFromUpstream,
} from "./status.ts";
import type { Ended } from "./tries.ts";

/** How one block of the run came out. */
interface Outcome {
  readonly status: BlockStatus;
  readonly error?: unknown;
}

/** Starts every block at once; each waits for its own upstream. */
export async function runGraph(
  execution: Execution,
  functions: BlockFunctions,
): Promise<RunStatus | "parked"> {
  const { beside, order, parking } = execution;
  const byName = new Map(order.compiled.pipeline.blocks.map((block) => [block.name, block]));
  const values = new BlockValues(order, execution.store);
  const outcomes = new Map<string, Promise<Outcome>>();
  const callbacks: PlannedBlock[] = [];
  for (const planned of order.plan.blocks) {
    const block = byName.get(planned.name);
    const call = functions[planned.name];
    if (!block || !call) throw new Error(`The module of ${order.lease.run} lacks ${planned.name}`);
    const before = order.crash?.blocks[block.name] ?? order.parked?.ended[block.name];
    if (block.kind === "callback") {
      if (!before) callbacks.push(planned);
      continue;
    }
    if (before) {
      outcomes.set(block.name, Promise.resolve(outcomeOf(before)));
      continue;
    }
    const upstream = endedUpstream(block, outcomes);
    outcomes.set(
      block.name,
      startBlock(execution, block, {
        call,
        planned,
        values,
        upstream,
      }).then((outcome) => (parking?.end(block.name), outcome)),
    );
  }
  const ended = Promise.all(outcomes.values());
  const status = ended.then((all) => runStatusFromBlocks(all.map((outcome) => outcome.status)));
  const told = callbacks.map((planned) => {
    const block = byName.get(planned.name) as Block;
    const ran = runCallback(execution, block, {
      call: functions[planned.name] as BlockFunction,
      attemptsBefore: planned.attemptsBefore,
      values,
      endings: endingsFor(execution, block, { outcomes, status }),
      upstream: statusOfUpstream(block, outcomes),
    });
    return ran.then(() => parking?.end(block.name));
  });
  const over = Promise.all([ended, ...told]).then(async () => {
    await beside.settle();
    return await status;
  });
  return await (parking ? Promise.race([over, parking.parked]) : over);
}

/** How a block ended in a process that is gone; its error is a text by now. */
function outcomeOf({ status, error }: EndedInCrash): Outcome {
  return error === null ? { status } : { status, error: new Error(error) };
}

interface StartOptions {
  readonly call: BlockFunction;
  readonly planned: PlannedBlock;
  readonly values: BlockValues;
  readonly upstream: Promise<readonly { readonly name: string; readonly status: BlockStatus }[]>;
}

async function startBlock(
  execution: Execution,
  block: Block,
  { call, planned, values, upstream }: StartOptions,
): Promise<Outcome> {
  if (planned.action === "reuse") {
    values.handOn(block.name, "saved");
    return { status: "completed" };
  }
  const above = await upstream;
  const stopped = execution.signal.aborted
    ? "cancelled"
    : statusFromUpstream(above.map(({ status }) => status));
  if (stopped) {
    const reason = whySkipped(stopped, above);
    skipBlock(execution, block, {
      status: stopped,
      reason,
      attempts: planned.attemptsBefore + (execution.order.parked?.waits[block.name]?.tries ?? 0),
    });
    values.release(block.inputs);
    return { status: stopped };
  }
  const ended: Ended<unknown> = await runBlock(execution, block, {
    call,
    attemptsBefore: planned.attemptsBefore,
    waitingSince: planned.waitingSince,
    values,
  });
  return ended.status === "failed"
    ? { status: "failed", error: ended.error }
    : { status: ended.status };
}

/** Blocks outside the run are taken as they are. */
async function endedUpstream(
  block: Block,
  outcomes: ReadonlyMap<string, Promise<Outcome>>,
): Promise<{ name: string; status: BlockStatus }[]> {
  const ended: { name: string; status: BlockStatus }[] = [];
  for (const name of block.upstream) {
    const outcome = await outcomes.get(name);
    if (outcome) ended.push({ name, status: outcome.status });
  }
  return ended;
}

async function statusOfUpstream(
  block: Block,
  outcomes: ReadonlyMap<string, Promise<Outcome>>,
): Promise<BlockStatus | undefined> {
  const above = await endedUpstream(block, outcomes);
  return statusFromUpstream(above.map(({ status }) => status));
}

function whySkipped(
  status: BlockStatus,
  above: readonly { readonly name: string; readonly status: BlockStatus }[],
): string {
  if (status === "cancelled") return "the run was cancelled";
  const names = above.filter((block) => block.status !== "completed").map(({ name }) => name);
  return status === "upstream_failed"
    ? `upstream ${names.join(", ")} failed`
    : `the condition of upstream ${names.join(", ")} did not hold`;
}

/** What a callback block will hear of: the blocks in `of`, or else the run. */
function endingsFor(
  { order, tell }: Execution,
  block: Block,
  { outcomes, status }: {
    readonly outcomes: ReadonlyMap<string, Promise<Outcome>>;
    readonly status: Promise<RunStatus>;
  },
): Promise<CallbackEvent | undefined>[] {
  const about = { pipeline: order.compiled.pipeline.name, run: order.lease.run };
  const eventOf = async (
    { status, error }: Outcome,
    name?: string,
  ): Promise<CallbackEvent | undefined> => {
    const outcome = status === "completed" ? "success" : status === "failed" ? "failure" : status;
    if (outcome !== "success" && outcome !== "failure" && outcome !== "cancelled") return undefined;
    return { ...about, outcome, block: name, error: await errorFor(error, tell) };
  };
  if (block.of.length === 0) {
    return [status.then(async (ended) => {
      const all = await Promise.all(outcomes.values());
      const failed = all.find(({ status }) => status === "failed");
      if (!order.crash) return await eventOf({ status: ended, error: failed?.error });
      const error = failed?.error ?? new Error(order.crash.reason);
      return await eventOf({ status: "failed", error });
    })];
  }
  return block.of.map(async (name) => {
    const outcome = await outcomes.get(name);
    return outcome && eventOf(outcome, name);
  });
}

/** What handlers are told: the message alone, with the located text as its stack. */
async function errorFor(
  error: unknown,
  tell: Execution["tell"],
): Promise<Error | undefined> {
  if (error === undefined) return undefined;
  const text = await tell(error);
  await locateCauses(error, tell);
  const told = new Error(text.split(/\n\s+at /, 1)[0] ?? text, { cause: error });
  told.stack = text;
  return told;
}

/** Whoever prints the event prints the causes' own stacks too: those speak of the notebook as well. */
async function locateCauses(error: unknown, tell: Execution["tell"]): Promise<void> {
  const seen = new Set<unknown>();
  for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
    seen.add(at);
    const [own] = (await tell(at)).split("\nCaused by: ", 1);
    Reflect.set(at, "stack", own); // A frozen error keeps the one it has.
  }
}
