/** Turns record batches into what COPY … FROM STDIN (FORMAT binary) reads, in pieces of some hundred KB. @module */
import type { RecordBatch } from "apache-arrow";
import type { PgType } from "../column_type.ts";
import { columnEncoder } from "./column_encoder.ts";
import { type ColumnEncoder, type RowBlock, UnfitValue } from "./row_block.ts";

const BLOCK_ROWS = 1024;
/** A block with long values is split until it is smaller. */
const MOST_BYTES = 4 << 20;

/** What stands before the first row: signature, flags, extension. */
export const COPY_HEADER: Uint8Array = Uint8Array.of(
  ...[80, 71, 67, 79, 80, 89, 10, 255, 13, 10, 0],
  ...[0, 0, 0, 0, 0, 0, 0, 0],
);
/** What stands after the last. */
export const COPY_TRAILER: Uint8Array = Uint8Array.of(255, 255);

/** Rows of a batch. */
interface Span {
  readonly start: number;
  readonly count: number;
  /** How many rows of the whole stand before the batch. */
  readonly firstRow: number;
}

/** Encodes batches one after the other. */
export class CopyEncoder {
  readonly #columns: readonly { readonly name: string; readonly type: PgType }[];

  constructor(columns: readonly { readonly name: string; readonly type: PgType }[]) {
    this.#columns = columns;
  }

  /** The batch's rows, piece by piece.
   *
   * @param firstRow how many rows of the whole stand before the batch
   * @throws {RangeError} at a value that its column cannot hold, with row (from 1) and column. */
  *encode(batch: RecordBatch, firstRow: number): Generator<Uint8Array> {
    const encoders = this.#columns.map(({ type }, index) => {
      return columnEncoder(batch.data.children[index]!, type);
    });
    for (let start = 0; start < batch.numRows; start += BLOCK_ROWS) {
      const count = Math.min(BLOCK_ROWS, batch.numRows - start);
      yield* this.#encodeRows(encoders, { start, count, firstRow });
    }
  }

  *#encodeRows(encoders: readonly ColumnEncoder[], span: Span): Generator<Uint8Array> {
    const { start, count, firstRow } = span;
    const sizes = new Int32Array(count).fill(2);
    encoders.forEach((encoder, column) => {
      this.#locating(column, firstRow, () => encoder.measure(sizes, start, count));
    });
    let total = 0;
    for (let i = 0; i < count; i++) total += sizes[i]!;
    if (total > MOST_BYTES && count > 1) {
      const half = count >> 1;
      yield* this.#encodeRows(encoders, { ...span, count: half });
      yield* this.#encodeRows(encoders, { ...span, start: start + half, count: count - half });
      return;
    }
    const block = newBlock(sizes, total, encoders.length);
    encoders.forEach((encoder, column) => {
      this.#locating(column, firstRow, () => encoder.write(block, start, count));
    });
    yield block.bytes;
  }

  #locating(column: number, firstRow: number, work: () => void): void {
    try {
      work();
    } catch (cause) {
      if (!(cause instanceof UnfitValue)) throw cause;
      const row = firstRow + cause.row + 1;
      throw new RangeError(
        `Cannot write row ${row}, column \`${this.#columns[column]!.name}\`: ${cause.message}`,
        { cause },
      );
    }
  }
}

/** Room for the rows, each begun with its number of fields. */
function newBlock(sizes: Int32Array, total: number, fields: number): RowBlock {
  const bytes = new Uint8Array(total);
  const view = new DataView(bytes.buffer);
  const places = new Int32Array(sizes.length);
  for (let i = 0, at = 0; i < sizes.length; i++) {
    view.setInt16(at, fields);
    places[i] = at + 2;
    at += sizes[i]!;
  }
  return { bytes, view, places };
}
