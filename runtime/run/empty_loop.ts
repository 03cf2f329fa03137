/** Sees when nothing is left in this process that could wake it. @module */

/** How long what a run has closed may take to be gone. */
const CLOSING_MS = 100;

// Taken before calls of it by the notebook's code are counted.
const listen = addEventListener.bind(globalThis);

/** Resolves to true once nothing is left to happen here, to false where something still is. */
export function isLoopEmpty(): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  listen("beforeunload", (event) => {
    event.preventDefault();
    resolve(true);
  }, { once: true });
  const timer = setTimeout(() => resolve(false), CLOSING_MS);
  Deno.unrefTimer(timer);
  return promise.finally(() => clearTimeout(timer));
}
