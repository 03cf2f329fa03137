/** `each()`: one block's work over many elements, each a block run of its own. @module */
import { currentScope, type EachOptions } from "./scope.ts";
import { mapElements } from "./map_elements.ts";

/** Calls `work` for each of `items` and gives the results in their order.
 *
 * One element is worked on at a time unless `concurrency` allows more. In a run each element has
 * its own logs, and is tried again by itself as the block's `retry` says. Every element is tried
 * even where some fail.
 *
 * @throws {AggregateError} when elements failed, naming the first and holding each one's error.
 *
 * @example
 * ```ts
 * import { each } from "./each.ts";
 * const sizes = await each(["a", "bb", "ccc"], (text) => text.length, { concurrency: 2 });
 * console.log(sizes); // [1, 2, 3]
 * ``` */
export function each<Item, Result>(
  items: Iterable<Item>,
  work: (item: Item, index: number) => Promise<Result> | Result,
  options: EachOptions = {},
): Promise<Result[]> {
  const scope = currentScope();
  return scope ? scope.each([...items], work, options) : mapElements([...items], work, options);
}
