/** Bytes in one piece, without what a Blob takes to load. @module */

/** All `pieces` together, in their order; a single one as it is.
 *
 * @example
 * ```ts
 * import { joinBytes } from "./join_bytes.ts";
 * console.log(joinBytes([new Uint8Array([1]), new Uint8Array([2, 3])])); // 1, 2, 3
 * ``` */
export function joinBytes(
  pieces: readonly Uint8Array<ArrayBuffer>[],
): Uint8Array<ArrayBuffer> {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
