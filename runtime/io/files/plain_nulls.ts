/** Which rows of a column in the making have no value. @module */
import { bitmapBytes } from "../../table/bitmap.ts";
import { NotPlain } from "./plain_fields.ts";

/** No bitmap at all while every row has a value. */
export class Nulls {
  readonly #isNotNull: boolean;
  #bits: Uint8Array<ArrayBuffer> | undefined;
  #count = 0;

  constructor({ isNotNull }: { readonly isNotNull: boolean }) {
    this.#isNotNull = isNotNull;
  }

  /** @throws {NotPlain} where the column is declared to have none */
  add(row: number): void {
    if (this.#isNotNull) throw new NotPlain();
    this.#count++;
    let bits = this.#bits;
    if (!bits || row >> 3 >= bits.length) {
      const larger = new Uint8Array(bitmapBytes(Math.max(row + 1, 2 ** 17, (row + 1) * 1.5))).fill(
        255,
      );
      if (bits) larger.set(bits);
      this.#bits = bits = larger;
    }
    bits[row >> 3]! &= ~(1 << (row & 7));
  }

  /** Everything since the last call, of so many rows. */
  finish(rows: number) {
    const bits = this.#bits;
    const nullCount = this.#count;
    this.#bits = undefined;
    this.#count = 0;
    if (!bits) return { nullCount, nullBitmap: undefined };
    if (bits.length * 8 >= rows) {
      return { nullCount, nullBitmap: bits.subarray(0, bitmapBytes(rows)) };
    }
    const whole = new Uint8Array(bitmapBytes(rows)).fill(255);
    whole.set(bits);
    return { nullCount, nullBitmap: whole };
  }
}
