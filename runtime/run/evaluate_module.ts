/** Evaluates a notebook's parameters and shared code for one run. @module */
import type { Given, PipelineModule } from "../compile/pipeline.ts";
import { mapElements } from "../context/map_elements.ts";
import { type Scope, withScope } from "../context/scope.ts";
import type { Execution } from "./execution.ts";
import { placesOf, runInfoOf } from "./open_scope.ts";

/** The block functions of the run. The code is inside a scope that belongs to no block. */
export async function evaluateModule(
  execution: Execution,
  evaluate: PipelineModule,
  given: Given,
): Promise<Awaited<ReturnType<PipelineModule>>> {
  const calls = new Map<string, number>();
  const scope: Scope = {
    run: { ...runInfoOf(execution), signal: execution.signal, attempt: 1 },
    block: undefined,
    element: undefined,
    ...placesOf(execution.order),
    resources: execution.resources,
    // Checks and artifacts belong to blocks; shared code has none to record them with.
    report: () => {},
    registerHandler() {
      throw new Error(
        "Cannot listen in shared code: on() is for callback blocks; give the cell the header `//| callback: <name>`",
      );
    },
    nextCall(target) {
      const count = calls.get(target) ?? 0;
      calls.set(target, count + 1);
      return count;
    },
    each: mapElements,
  };
  return await withScope(scope, () => evaluate(given));
}
