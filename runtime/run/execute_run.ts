/** Executes one run in its own process: every block as soon as its upstream have completed.
 *  Effects come in; what it writes is durable before it is announced. @module */
import type { PipelineModule } from "../compile/pipeline.ts";
import { Resources } from "../context/resources.ts";
import { Beside } from "./beside.ts";
import { endedBlockEvents } from "./ended_blocks.ts";
import type { RunEvent } from "./events.ts";
import type { Execution, OpenAttempts } from "./execution.ts";
import type { MemoryWatch } from "./memory.ts";
import { awaitsOf, Parking } from "./parking.ts";
import { type BlockFunctions, prepareRun } from "./prepare_run.ts";
import type { RunOrder } from "./request.ts";
import { runGraph } from "./run_graph.ts";
import type { EndedRun, RunWriter } from "./run_store.ts";
import type { RunStatus } from "./status.ts";

export interface ExecuteEffects {
  readonly writer: RunWriter;
  readonly store: Execution["store"];
  readonly announce: (event: RunEvent) => void;
  readonly tell: (error: unknown, block?: string) => Promise<string>;
  readonly signal: AbortSignal;
  readonly memory: MemoryWatch;
  readonly attempts: OpenAttempts;
  /** The emitted module's default export. */
  readonly loadModule: () => Promise<PipelineModule>;
}

/** Executes the run to its end, failures included; throws only when the history cannot be written.
 *  That it has ended, its supervisor writes down: after the last line that it printed. Undefined where the
 *  run waits in the queue for its sensors. */
export async function executeRun(
  order: RunOrder,
  effects: ExecuteEffects,
): Promise<EndedRun | undefined> {
  const { crash, parked } = order;
  const startedAt = crash?.startedAt ?? parked?.startedAt ?? Date.now();
  const parking = parkingOf(order, effects);
  const execution: Execution = {
    order,
    resources: new Resources(),
    variables: {},
    beside: new Beside(parking),
    parking,
    ...effects,
  };
  if (!crash && !parked) {
    await effects.writer.startRun(startedAt);
    effects.announce(runStarted(order, startedAt));
  }
  const ended = await runBlocks(execution, effects.loadModule);
  await closeResources(execution);
  if (ended.status === "parked") return undefined;
  const status = crash ? "failed" : ended.status;
  const at = Date.now();
  return {
    status,
    at,
    ms: at - startedAt,
    error: crash ? crash.error : ended.error,
    peakRssBytes: effects.memory.peakBytes(),
  };
}

/** Only a dispatcher takes a run up again; and values that are not kept would be lost with the process. */
function parkingOf(
  { isDispatched, isCancelled, crash, keep, plan, parked, compiled: { pipeline } }: RunOrder,
  { writer }: ExecuteEffects,
): Parking | undefined {
  if (!isDispatched || isCancelled || crash || keep === "none") return undefined;
  const open = plan.blocks.filter(({ name }) => parked?.ended[name] === undefined);
  return new Parking({ blocks: awaitsOf(open, pipeline.blocks), park: writer.parkRun });
}

function runStarted(order: RunOrder, at: number): RunEvent {
  return {
    type: "run_started",
    run: order.lease.run,
    pipeline: order.compiled.pipeline.name,
    at,
    isResumed: order.isResumed,
    blocks: order.plan.blocks.map(({ name, kind, upstream, action, reason }) => ({
      name,
      kind,
      upstream,
      action,
      ...(reason === null ? {} : { reason }),
    })),
  };
}

/** Where parameters, shared code or connections fail, no block is started. */
async function runBlocks(
  execution: Execution,
  loadModule: ExecuteEffects["loadModule"],
): Promise<{ status: RunStatus | "parked"; error: string | null }> {
  const { announce, signal, tell, writer } = execution;
  let functions: BlockFunctions;
  try {
    functions = await prepareRun(execution, loadModule);
  } catch (failure) {
    const error = signal.aborted ? null : await tell(failure);
    const at = Date.now();
    const ended = await writer.endOpenBlocks({
      status: "cancelled",
      at,
      error: null,
      errors: {},
      sparesCallbacks: false,
    });
    for (const event of endedBlockEvents(ended, at)) announce(event);
    return { status: error === null ? "cancelled" : "failed", error };
  }
  const ending = execution.order.isCancelled ? cancelledFromHere(execution) : execution;
  return { status: await runGraph(ending, functions), error: null };
}

/** No block starts, and the callbacks are told. */
function cancelledFromHere(execution: Execution): Execution {
  const reason = new DOMException("the run was cancelled while it waited", "AbortError");
  return { ...execution, signal: AbortSignal.abort(reason) };
}

async function closeResources({ resources, announce, tell }: Execution): Promise<void> {
  try {
    await resources.close();
  } catch (failure) {
    const text = `what the run had opened did not close: ${await tell(failure)}`;
    announce({ type: "log", at: Date.now(), stream: "stderr", text });
  }
}
