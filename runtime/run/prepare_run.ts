/** What happens before the first block: connections are tried, parameters and shared code evaluated. @module */
import type { PipelineModule } from "../compile/pipeline.ts";
import { mapElements } from "../context/map_elements.ts";
import { type Scope, withScope } from "../context/scope.ts";
import type { Execution } from "./execution.ts";
import { givenFrom } from "./given.ts";
import { placesOf, runInfoOf } from "./open_scope.ts";
import { tryConnections } from "./try_connections.ts";

/** The block functions of one run, by name. */
export type BlockFunctions = Awaited<ReturnType<PipelineModule>>;

/** Gives the run's block functions; its code is inside a scope that belongs to no block.
 *
 * @throws {unknown} what a connection or the notebook's code fails with, or the reason of `signal`. */
export async function prepareRun(
  execution: Execution,
  loadModule: () => Promise<PipelineModule>,
): Promise<BlockFunctions> {
  const { order, signal, variables } = execution;
  const { promise: cancelled, reject } = Promise.withResolvers<never>();
  const onCancel = () => reject(signal.reason);
  signal.addEventListener("abort", onCancel);
  if (signal.aborted) onCancel();
  const prepared = withScope(sharedScope(execution), async () => {
    // A sensor that waits for days is not to fail because a server is away for a moment.
    if (!order.isPartial && !order.parked) await tryConnections(order.compiled.pipeline);
    const evaluate = await loadModule();
    return await evaluate(givenFrom(order.variables, variables));
  });
  try {
    return await Promise.race([prepared, cancelled]);
  } finally {
    signal.removeEventListener("abort", onCancel);
  }
}

function sharedScope(execution: Execution): Scope {
  const calls = new Map<string, number>();
  return {
    run: { ...runInfoOf(execution), signal: execution.signal, attempt: 1 },
    block: undefined,
    element: undefined,
    ...placesOf(execution.order),
    resources: execution.resources,
    // Checks and artifacts belong to blocks; shared code has none to record them with.
    report: () => {},
    registerHandler() {
      throw new Error(
        "Cannot listen in shared code: on() is for callback blocks; " +
          "give the cell the header `//| callback: <name>`",
      );
    },
    nextCall(target) {
      const count = calls.get(target) ?? 0;
      calls.set(target, count + 1);
      return count;
    },
    each: mapElements,
  };
}
