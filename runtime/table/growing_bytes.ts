/** A variable-width column in the making: values and the offsets between them. @module */
import { type Data, type DataType, makeData } from "apache-arrow";
import type { BitmapBuilder } from "./bitmap.ts";
import { trimmed } from "./fixed_builder.ts";

/** The values and offsets of a variable-width column, growing. */
export class GrowingBytes {
  values = new Uint8Array(0);
  offsets = new Int32Array(1);
  rows = 0;

  get size(): number {
    return this.offsets[this.rows]!;
  }

  /** Makes room for `count` more offsets and counts them in. */
  reserveRows(count: number): void {
    const needed = this.rows + count + 1;
    if (needed > this.offsets.length) {
      const grown = new Int32Array(Math.max(needed, this.offsets.length * 2));
      grown.set(this.offsets.subarray(0, this.rows + 1));
      this.offsets = grown;
    }
    this.#reserved = this.rows;
    this.rows += count;
  }

  reserveBytes(total: number): void {
    if (total > 2 ** 31 - 1) throw new RangeError("a batch holds more than 2 GiB of text");
    if (total <= this.values.length) return;
    const grown = new Uint8Array(Math.max(total, this.values.length * 2));
    grown.set(this.values);
    this.values = grown;
  }

  #reserved = 0;

  /** Writes one value into the room that `reserveRows` made. */
  push(value: Uint8Array | undefined): void {
    const begin = this.offsets[this.#reserved]!;
    const end = begin + (value?.length ?? 0);
    this.reserveBytes(end);
    if (value) this.values.set(value, begin);
    this.offsets[++this.#reserved] = end;
  }

  clear(): void {
    this.values = new Uint8Array(0);
    this.offsets = new Int32Array(1);
    this.rows = 0;
  }
}

/** The column of everything gathered; both builders begin anew. */
export function finishBytes(type: DataType, bytes: GrowingBytes, validity: BitmapBuilder): Data {
  const { nullBitmap, nullCount } = validity.finish();
  const length = bytes.rows;
  const valueOffsets = bytes.offsets.slice(0, length + 1);
  const data = trimmed(bytes.values, bytes.size);
  bytes.clear();
  return makeData({ type, length, nullCount, nullBitmap, valueOffsets, data } as never);
}
