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

/** Writes `count` values from `start` behind their lengths, at the rows' places, and moves these on: a loop
 *  of its own for each kind of value, without a call for each. */
export type PutAll = (block: RowBlock, start: number, count: number) => void;

/** How the values of a column are written. */
export interface FixedWidth {
  readonly width: number;
  readonly put: Put;
  /** For columns without nulls, of the kinds that most columns are. */
  readonly putAll?: PutAll;
}

export class FixedEncoder implements ColumnEncoder {
  readonly #kind: FixedWidth;
  readonly #validity: Validity | undefined;

  constructor(kind: FixedWidth, validity: Validity | undefined) {
    this.#kind = kind;
    this.#validity = validity;
  }

  measure(sizes: Int32Array, start: number, count: number): void {
    const whole = 4 + this.#kind.width;
    const validity = this.#validity;
    if (validity === undefined) { for (let i = 0; i < count; i++) sizes[i]! += whole; }
    else for (let i = 0; i < count; i++) sizes[i]! += isValid(validity, start + i) ? whole : 4;
  }

  write(block: RowBlock, start: number, count: number): void {
    const { width, put, putAll } = this.#kind;
    const validity = this.#validity;
    if (putAll && validity === undefined) return putAll(block, start, count);
    const { view, places } = block;
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
