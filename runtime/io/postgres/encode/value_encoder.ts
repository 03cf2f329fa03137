/** Encodes columns value by value, for types whose size is not known before: numeric, interval, dictionaries.
 *  @module */
import {
  type ColumnEncoder,
  isValid,
  NULL_LENGTH,
  type RowBlock,
  type Validity,
} from "./row_block.ts";

/** The value's bytes as Postgres sends them, or null. */
export type EncodeValue = (row: number) => Uint8Array | null;

export class ValueEncoder implements ColumnEncoder {
  readonly #encode: EncodeValue;
  readonly #validity: Validity | undefined;
  /** What measuring made and writing takes, by row. */
  readonly #measured = new Map<number, Uint8Array>();

  constructor(encode: EncodeValue, validity: Validity | undefined) {
    this.#encode = encode;
    this.#validity = validity;
  }

  measure(sizes: Int32Array, start: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const row = start + i;
      sizes[i]! += 4;
      if (!isValid(this.#validity, row)) continue;
      const value = this.#encode(row);
      if (value === null) continue;
      this.#measured.set(row, value);
      sizes[i]! += value.length;
    }
  }

  write({ bytes, view, places }: RowBlock, start: number, count: number): void {
    for (let i = 0; i < count; i++) {
      const at = places[i]!;
      const value = this.#measured.get(start + i);
      view.setInt32(at, value?.length ?? NULL_LENGTH);
      if (value) bytes.set(value, at + 4);
      places[i] = at + 4 + (value?.length ?? 0);
    }
    this.#measured.clear();
  }
}
