/** Callback blocks: called when something they listen to has ended, and told of it.
 *
 *  A callback block is called once, at the first ending among the blocks in `of` (or of the run), after
 *  its own upstream have completed. It registers its handlers; those of the outcome are called for
 *  that ending and for each later one. What fails in it is recorded on it and changes nothing about
 *  the run. Its timeout counts from the first ending to the last handler. @module */
import type { Block } from "../compile/pipeline.ts";
import type { CallbackEvent, CallbackHandler, Outcome } from "../context/scope.ts";
import { type BlockFunction, skipBlock } from "./block.ts";
import type { BlockValues } from "./block_values.ts";
import { openEach } from "./elements.ts";
import type { Execution } from "./execution.ts";
import type { BlockStatus } from "./status.ts";
import { runTries } from "./tries.ts";

export interface CallbackOptions {
  readonly call: BlockFunction;
  readonly attemptsBefore: number;
  readonly values: BlockValues;
  /** One for each block in `of`, or one for the run; undefined where it did not run. */
  readonly endings: readonly Promise<CallbackEvent | undefined>[];
  /** What stands against calling it, from its own upstream. */
  readonly upstream: Promise<BlockStatus | undefined>;
}

/** Runs the callback block until everything it listens to has ended. */
export async function runCallback(
  execution: Execution,
  block: Block,
  { call, attemptsBefore, values, endings, upstream }: CallbackOptions,
): Promise<void> {
  const skip = (status: BlockStatus, reason: string) =>
    skipBlock(execution, block, { status, reason, attempts: attemptsBefore });
  const above = await upstream;
  if (above) return skip(above, "what it reads is not there");
  if (!await hasEnding(endings)) {
    return skip("condition_failed", "what it listens to did not run");
  }
  const handlers: { outcome: Outcome; handler: CallbackHandler }[] = [];
  const registerHandler = (outcome: Outcome, handler: CallbackHandler) =>
    void handlers.push({ outcome, handler });
  await runTries(execution, {
    key: { block: block.name, element: null },
    block,
    attemptsBefore,
    // Callbacks hear of a cancelled run too, so they do not end with it.
    parent: new AbortController().signal,
    each: openEach(execution, { block, registerHandler }),
    registerHandler,
  }, async () => {
    handlers.length = 0;
    await call(await values.read(block.inputs));
    await Promise.all(endings.map(async (ending) => tellHandlers(handlers, await ending)));
    return { value: undefined, rows: null, saved: [] };
  });
  values.release(block.inputs);
}

/** Waits for the first block that ran; false when none of them did. */
async function hasEnding(
  endings: readonly Promise<CallbackEvent | undefined>[],
): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const told = endings.map(async (ending) => await ending !== undefined && resolve(true));
  void Promise.all(told).then(() => resolve(false));
  return await promise;
}

async function tellHandlers(
  handlers: readonly { readonly outcome: Outcome; readonly handler: CallbackHandler }[],
  event: CallbackEvent | undefined,
): Promise<void> {
  for (const { outcome, handler } of handlers) {
    if (outcome === event?.outcome) await handler(event);
  }
}
