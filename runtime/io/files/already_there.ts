/** What a writer says where it may write nothing. @module */

/** The error under `ifExists: "fail"`. */
export function alreadyThere(name: string): Error {
  return new Error(
    `Cannot write ${name}: it exists; give ifExists: "replace" or "append", or another path`,
  );
}
