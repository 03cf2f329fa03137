/** A block of rows in the making, laid out as COPY wants them: row after row, but written column by column,
 *  each row's next place kept beside. @module */

/** The bytes of some rows and where the next field of each goes. */
export interface RowBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly view: DataView<ArrayBuffer>;
  /** By row of the block. */
  readonly places: Int32Array;
}

/** Writes one column's values into the rows of a block. */
export interface ColumnEncoder {
  /** Adds to `sizes` the bytes of `count` rows from `start`: 4 of length and the value's own. */
  measure(sizes: Int32Array, start: number, count: number): void;
  /** Writes those rows at their places and moves the places on. */
  write(block: RowBlock, start: number, count: number): void;
}

/** A value that the column's Postgres type cannot hold; `row` counts within the batch, from 0. */
export class UnfitValue extends RangeError {
  readonly row: number;

  constructor(row: number, message: string) {
    super(message);
    this.row = row;
  }
}

/** Does what belongs to `row`: a value inside of it that does not fit is told by that row. */
export function inRow<Result>(row: number, work: () => Result): Result {
  try {
    return work();
  } catch (failure) {
    if (failure instanceof UnfitValue) throw new UnfitValue(row, failure.message);
    throw failure;
  }
}

/** Marks a null in place of a length. */
export const NULL_LENGTH = -1;

/** Which rows have a value. */
export interface Validity {
  readonly bitmap: Uint8Array;
  readonly offset: number;
}

/** Whether the row has a value. */
export function isValid(validity: Validity | undefined, row: number): boolean {
  if (validity === undefined) return true;
  const at = validity.offset + row;
  return ((validity.bitmap[at >> 3]! >> (at & 7)) & 1) === 1;
}
