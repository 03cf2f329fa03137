/** `until()`: a sensor block that waits for something outside.
 *  Live it waits in place; in a run it ends the attempt and the block is called again. @module */
import { type Duration, durationMs } from "./duration.ts";
import { NotYet } from "./not_yet.ts";
import { currentScope } from "./scope.ts";

export interface UntilOptions {
  /** The time between two looks; 30 seconds unless given. */
  readonly every?: Duration;
  /** The longest that the block waits altogether; 24 hours unless given. */
  readonly timeout?: Duration;
}

/** What is left of a type when it stands for something there. */
export type Truthy<Value> = Exclude<Value, false | null | undefined | 0 | 0n | "">;

/** Waits until `condition` gives something truthy, and gives that back.
 *
 * In a run it is for `sensor` blocks alone: the block is called anew for each look, so that nothing
 * is held between them.
 *
 * @throws {Error} when `timeout` has passed, or outside a sensor block of a run.
 *
 * @example
 * ```ts
 * import { until } from "./until.ts";
 * let looks = 0;
 * const seen = await until(() => ++looks === 3 && looks, { every: 1 });
 * console.log(seen); // 3
 * ``` */
export async function until<Value>(
  condition: () => Value | Promise<Value>,
  { every = "30s", timeout = "24h" }: UntilOptions = {},
): Promise<Truthy<Value>> {
  const everyMs = await durationMs(every, "every of until()");
  const timeoutMs = await durationMs(timeout, "timeout of until()");
  const around = currentScope();
  const scope = around?.run.live ? undefined : around;
  if (scope && scope.waitingSince === undefined) throw new Error(notASensor(scope.block));
  const startedAt = scope?.waitingSince ?? Date.now();
  while (true) {
    const value = await condition();
    if (value) return value as Truthy<Value>;
    if (Date.now() - startedAt + everyMs > timeoutMs) throw new Error(tooLate(timeout));
    if (scope) throw new NotYet(everyMs);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

function notASensor(block: string | undefined): string {
  return `Cannot wait in ${block ?? "shared code"}: until() is for sensor blocks; ` +
    "give the cell the header `//| sensor: <name>`";
}

function tooLate(timeout: Duration): string {
  const written = typeof timeout === "number" ? `${timeout} ms` : timeout;
  return `What the sensor waits for did not come within ${written}; ` +
    "give until() a longer timeout, or see why it is late";
}
