/** `each()` in a run: every element is a child block run with its own tries, logs and row. @module */
import { mapElements } from "../context/map_elements.ts";
import { currentScope, type EachRunner } from "../context/scope.ts";
import { ConditionFailed } from "../context/when.ts";
import { handUnjudged } from "../table/unjudged.ts";
import { ElementsFailed } from "./elements_failed.ts";
import type { Execution } from "./execution.ts";
import { runTries, type TriesOptions } from "./tries.ts";

/** What `each` is inside one try of a block: elements are numbered on over several calls.
 *  Inside an element, `each` maps without runs of its own. */
export function openEach(
  execution: Execution,
  options: Pick<TriesOptions, "block" | "registerHandler">,
): (signal: AbortSignal) => EachRunner {
  return (signal) => {
    let started = 0;
    return async (items, work, eachOptions) => {
      const first = started;
      started += items.length;
      const around = currentScope();
      return await ofElements(mapElements(items, async (item, index) => {
        const ended = await runTries(execution, {
          ...options,
          key: { block: options.block.name, element: first + index },
          attemptsBefore: 0,
          parent: signal,
          each: () => mapElements,
        }, async () => {
          const value = await work(item, index);
          handUnjudged(currentScope(), around);
          return { value, rows: null, saved: [] };
        });
        if (ended.status === "completed") return ended.value;
        if (ended.status === "condition_failed") throw new ConditionFailed(ended.reason);
        throw ended.status === "failed" ? ended.error : signal.reason;
      }, eachOptions));
    };
  };
}

async function ofElements<Result>(mapped: Promise<Result[]>): Promise<Result[]> {
  try {
    return await mapped;
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    throw new ElementsFailed(error.errors, error.message, { cause: error.cause });
  }
}
