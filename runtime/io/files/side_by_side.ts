/** Does one thing for many items, some at once, and leaves nothing running behind. @module */

/** Calls `work` for each item, `most` at once. After a failure no other begins.
 *
 * @returns what each call gave, in the order of the items
 * @throws the first failure, when all that had begun are over
 * @example
 * ```ts
 * import { sideBySide } from "./side_by_side.ts";
 * await sideBySide([1, 2, 3], 2, (n) => Promise.resolve(n * n)); // [1, 4, 9]
 * ``` */
export async function sideBySide<Item, Result>(
  items: readonly Item[],
  most: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const failures: unknown[] = [];
  async function goOn(): Promise<void> {
    for (const [index, item] of waiting) {
      try {
        results[index] = await work(item);
      } catch (failure) {
        failures.push(failure);
      }
      if (failures.length > 0) return;
    }
  }
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, goOn));
  if (failures.length > 0) throw failures[0];
  return results;
}
