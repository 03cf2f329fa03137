/** Encodes strings and bytes: copied from Arrow's buffer as they are, never decoded. @module */
import {
  type ColumnEncoder,
  isValid,
  NULL_LENGTH,
  type RowBlock,
  UnfitValue,
  type Validity,
} from "./row_block.ts";

/** Up to here a loop copies faster than a call. */
const SHORT = 24;

/** Where each row's bytes begin and end. */
export interface ByteColumn {
  readonly bytes: Uint8Array;
  /** One more than there are rows. */
  readonly offsets: Int32Array;
}

export interface TextOptions {
  /** Bytes that stand before each value: jsonb has its version there. */
  readonly prefix: readonly number[];
  /** Postgres's strings cannot hold the character NUL; its bytea can. */
  readonly nul: "refused" | "kept";
}

export class TextEncoderOfColumn implements ColumnEncoder {
  readonly #column: ByteColumn;
  readonly #options: TextOptions;
  readonly #validity: Validity | undefined;

  constructor(column: ByteColumn, validity: Validity | undefined, options: TextOptions) {
    this.#column = column;
    this.#validity = validity;
    this.#options = options;
  }

  measure(sizes: Int32Array, start: number, count: number): void {
    const { offsets } = this.#column;
    const validity = this.#validity;
    const fixed = 4 + this.#options.prefix.length;
    for (let i = 0; i < count; i++) {
      const row = start + i;
      sizes[i]! += isValid(validity, row) ? fixed + offsets[row + 1]! - offsets[row]! : 4;
    }
  }

  write(block: RowBlock, start: number, count: number): void {
    if (this.#options.nul === "refused") this.#refuseNul(start, count);
    const { view, places, bytes: target } = block;
    const { bytes, offsets } = this.#column;
    const { prefix } = this.#options;
    const validity = this.#validity;
    for (let i = 0; i < count; i++) {
      const row = start + i;
      let at = places[i]!;
      if (!isValid(validity, row)) {
        view.setInt32(at, NULL_LENGTH);
        places[i] = at + 4;
        continue;
      }
      const from = offsets[row]!;
      const end = offsets[row + 1]!;
      view.setInt32(at, prefix.length + end - from);
      at += 4;
      for (let p = 0; p < prefix.length; p++) target[at++] = prefix[p]!;
      if (end - from > SHORT) target.set(bytes.subarray(from, end), at);
      else for (let to = at, b = from; b < end; b++) target[to++] = bytes[b]!;
      places[i] = at + end - from;
    }
  }

  /** One search over the block's bytes; only where it finds something are the rows looked at. */
  #refuseNul(start: number, count: number): void {
    const { bytes, offsets } = this.#column;
    const from = offsets[start]!;
    if (bytes.subarray(from, offsets[start + count]!).indexOf(0) < 0) return;
    for (let row = start; row < start + count; row++) {
      if (!isValid(this.#validity, row)) continue;
      if (bytes.subarray(offsets[row]!, offsets[row + 1]!).includes(0)) {
        throw new UnfitValue(row, "the string has a NUL character, which Postgres cannot keep");
      }
    }
  }
}
