/** Encodes columns whose values all have one width: booleans, numbers, dates, times, uuids. @module */
import {
  type ColumnEncoder,
  isValid,
  NULL_LENGTH,
  type RowBlock,
  type Validity,
} from "./row_block.ts";

/** Writes the value of `row` at `at`. */
export type Put = (block: RowBlock, at: number, row: number) => void;

export class FixedEncoder implements ColumnEncoder {
  readonly #width: number;
  readonly #put: Put;
  readonly #validity: Validity | undefined;

  constructor(width: number, put: Put, validity: Validity | undefined) {
    this.#width = width;
    this.#put = put;
    this.#validity = validity;
  }

  measure(sizes: Int32Array, start: number, count: number): void {
    const whole = 4 + this.#width;
    const validity = this.#validity;
    for (let i = 0; i < count; i++) sizes[i]! += isValid(validity, start + i) ? whole : 4;
  }

  write(block: RowBlock, start: number, count: number): void {
    const { view, places } = block;
    const width = this.#width;
    const put = this.#put;
    const validity = this.#validity;
    for (let i = 0; i < count; i++) {
      const at = places[i]!;
      if (isValid(validity, start + i)) {
        view.setInt32(at, width);
        put(block, at + 4, start + i);
        places[i] = at + 4 + width;
      } else {
        view.setInt32(at, NULL_LENGTH);
        places[i] = at + 4;
      }
    }
  }
}
