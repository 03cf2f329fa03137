/** Loads a module when something of it is first called. Every run, command and kernel loads what a cell
 *  imports as "sluice": so it pays only for what its code uses. @module */

/** Gives what loads the module, once. All calls wait for one promise, and so go on in the order in which
 *  they were made: appends are numbered in it.
 *
 * @example
 * ```ts
 * import { atFirstUse } from "./at_first_use.ts";
 * const durations = atFirstUse(() => import("./duration.ts"));
 * console.log((await durations()) === (await durations())); // true
 * ``` */
export function atFirstUse<Module>(load: () => Promise<Module>): () => Promise<Module> {
  let loaded: Promise<Module> | undefined;
  return () =>
    loaded ??= load().catch((failure) => {
      loaded = undefined;
      throw failure;
    });
}
