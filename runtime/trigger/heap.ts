/** What is due next, of many: a binary heap by time. @module */

/** A value and when it is due. */
export interface Due<Value> {
  readonly at: number;
  readonly value: Value;
}

/** Gives the earliest first; adding and taking cost the logarithm of its size.
 *
 * @example
 * ```ts
 * import { Heap } from "./heap.ts";
 * const heap = new Heap<string>([{ at: 2, value: "b" }, { at: 1, value: "a" }]);
 * console.log(heap.take()?.value); // a
 * ``` */
export class Heap<Value> {
  readonly #items: Due<Value>[];

  constructor(items: readonly Due<Value>[] = []) {
    this.#items = [...items].sort((one, other) => one.at - other.at);
  }

  get first(): Due<Value> | undefined {
    return this.#items[0];
  }

  add(item: Due<Value>): void {
    const items = this.#items;
    let at = items.push(item) - 1;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (items[above]!.at <= item.at) break;
      items[at] = items[above]!;
      at = above;
    }
    items[at] = item;
  }

  take(): Due<Value> | undefined {
    const items = this.#items;
    const [first] = items;
    const last = items.pop();
    if (first === undefined || last === undefined || items.length === 0) return first;
    let at = 0;
    while (true) {
      const left = 2 * at + 1;
      if (left >= items.length) break;
      const right = left + 1;
      const below = right < items.length && items[right]!.at < items[left]!.at ? right : left;
      if (items[below]!.at >= last.at) break;
      items[at] = items[below]!;
      at = below;
    }
    items[at] = last;
    return first;
  }
}
