/** `when()`: a block that goes on only under a condition. @module */

/** Ends a block as `condition_failed`; no failure, and not to be caught by the block. */
export class ConditionFailed extends Error {
  override readonly name = "ConditionFailed";
}

/** Ends the block as `condition_failed`, its downstream with it, unless `condition` holds.
 *
 * @throws {ConditionFailed} when it does not hold; the run, or the kernel, knows what it means.
 *
 * @example
 * ```ts
 * import { when } from "./when.ts";
 * const trips = [{ passengers: 2 }];
 * when(trips.length > 0, "no trips on this day");
 * ``` */
export function when(
  condition: unknown,
  reason = "its condition does not hold",
): asserts condition {
  if (!condition) throw new ConditionFailed(reason);
}
