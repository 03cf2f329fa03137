/** Encodes lists as arrays of one dimension, the elements by an encoder of their own. @module */
import {
  type ColumnEncoder,
  inRow,
  isValid,
  NULL_LENGTH,
  type RowBlock,
  type Validity,
} from "./row_block.ts";

const EMPTY_HEADER = 12;
const HEADER = 20;

/** Where the elements of a row lie among all elements. */
export interface Extents {
  start(row: number): number;
  count(row: number): number;
}

export class ListEncoder implements ColumnEncoder {
  readonly #extents: Extents;
  readonly #elements: ColumnEncoder;
  readonly #elementOid: number;
  readonly #validity: Validity | undefined;

  constructor(
    extents: Extents,
    elements: ColumnEncoder,
    elementOid: number,
    validity: Validity | undefined,
  ) {
    this.#extents = extents;
    this.#elements = elements;
    this.#elementOid = elementOid;
    this.#validity = validity;
  }

  measure(sizes: Int32Array, start: number, count: number): void {
    for (let i = 0; i < count; i++) {
      sizes[i]! += 4 + (isValid(this.#validity, start + i) ? this.#size(start + i) : 0);
    }
  }

  write(block: RowBlock, start: number, count: number): void {
    const { view, places } = block;
    for (let i = 0; i < count; i++) {
      const at = places[i]!;
      if (!isValid(this.#validity, start + i)) {
        view.setInt32(at, NULL_LENGTH);
        places[i] = at + 4;
      } else places[i] = this.#writeRow(block, at, start + i);
    }
  }

  #size(row: number): number {
    const count = this.#extents.count(row);
    return count === 0 ? EMPTY_HEADER : HEADER + sum(this.#elementSizes(row, count));
  }

  #elementSizes(row: number, count: number): Int32Array {
    const sizes = new Int32Array(count);
    inRow(row, () => this.#elements.measure(sizes, this.#extents.start(row), count));
    return sizes;
  }

  /** Length, dimensions, whether there are nulls, element type, size and lower bound, elements. */
  #writeRow({ bytes, view }: RowBlock, at: number, row: number): number {
    const count = this.#extents.count(row);
    const sizes = count === 0 ? new Int32Array(0) : this.#elementSizes(row, count);
    const end = at + 4 + (count === 0 ? EMPTY_HEADER : HEADER + sum(sizes));
    view.setInt32(at, end - at - 4);
    view.setInt32(at + 4, count === 0 ? 0 : 1);
    view.setInt32(at + 8, sizes.some((size) => size === 4) ? 1 : 0);
    view.setUint32(at + 12, this.#elementOid);
    if (count === 0) return end;
    view.setInt32(at + 16, count);
    view.setInt32(at + 20, 1);
    const places = new Int32Array(count);
    let next = at + 4 + HEADER;
    sizes.forEach((size, index) => {
      places[index] = next;
      next += size;
    });
    const first = this.#extents.start(row);
    inRow(row, () => this.#elements.write({ bytes, view, places }, first, count));
    return end;
  }
}

function sum(sizes: Int32Array): number {
  let total = 0;
  for (const size of sizes) total += size;
  return total;
}
