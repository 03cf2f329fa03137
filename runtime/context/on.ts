/** `on()`: what a callback block does when a block or the run has ended. @module */
import { type CallbackHandler, currentScope, type Outcome } from "./scope.ts";

const outcomes: readonly Outcome[] = ["success", "failure", "cancelled"];

/** Registers `handler` for an outcome of the blocks that the callback block names in `of`, or of the
 *  whole run where it names none. Live it only registers: nothing is called.
 *
 * @throws {TypeError} when `outcome` is none of `success`, `failure`, `cancelled`.
 *
 * @example
 * ```ts
 * import { on } from "./on.ts";
 * on("failure", (event) => console.log(`${event.pipeline} failed: ${event.error?.message}`));
 * ``` */
export function on(outcome: Outcome, handler: CallbackHandler): void {
  if (!outcomes.includes(outcome)) {
    throw new TypeError(
      `Cannot listen to ${JSON.stringify(outcome)}: an outcome is one of ${outcomes.join(", ")}`,
    );
  }
  currentScope()?.registerHandler(outcome, handler);
}
