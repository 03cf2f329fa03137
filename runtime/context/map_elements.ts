/** Works over a list with a bounded number of elements at once; what `each()` is live,
 *  and what a run builds its element runs on. @module */
import { ConditionFailed } from "./when.ts";
import { NotYet } from "./not_yet.ts";
import type { EachOptions } from "./scope.ts";

/** The results of `work` in the order of `items`; every element is tried, then failures are told.
 *
 * @throws {AggregateError} when elements failed.
 * @throws {RangeError} when `concurrency` is not a whole number from 1. */
export async function mapElements<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result> | Result,
  { concurrency = 1 }: EachOptions = {},
): Promise<Result[]> {
  if (!Number.isInteger(concurrency) || concurrency < 1) {
    throw new RangeError(
      `Cannot work on ${concurrency} elements at once: concurrency is a whole number from 1`,
    );
  }
  const results: Result[] = new Array(items.length);
  const failures: { readonly index: number; readonly error: unknown }[] = [];
  let next = 0;
  async function takeElements(): Promise<void> {
    while (next < items.length) {
      const index = next++;
      try {
        results[index] = await work(items[index] as Item, index);
      } catch (error) {
        failures.push({ index, error });
      }
    }
  }
  // Each line is started in the caller's async context, so the run's scope is never lost.
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, takeElements));
  if (failures.length > 0) throw tellFailures(failures, items.length);
  return results;
}

function tellFailures(
  failures: { readonly index: number; readonly error: unknown }[],
  count: number,
): unknown {
  failures.sort((one, other) => one.index - other.index);
  const signals = failures.filter(({ error }) =>
    error instanceof ConditionFailed || error instanceof NotYet
  );
  // A signal ends the block as it would without each(), unless something really failed.
  if (signals.length === failures.length) return signals[0]?.error;
  const [first] = failures.filter((failure) => !signals.includes(failure));
  const text = first?.error instanceof Error ? first.error.message : String(first?.error);
  return new AggregateError(
    failures.map(({ error }) => error),
    `${failures.length} of ${count} elements failed; element ${first?.index}: ${text}`,
    { cause: first?.error },
  );
}
