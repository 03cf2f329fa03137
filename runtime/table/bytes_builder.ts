/** Columns of strings and bytes. DuckDB keeps up to 12 bytes inside a 16-byte record and
 *  longer ones behind a pointer; Arrow wants all bytes in one buffer, with offsets. @module */
import type { Vector } from "@duckdb/node-bindings";
import type { Data, DataType } from "apache-arrow";
import { BitmapBuilder, bitmapBytes } from "./bitmap.ts";
import type { ColumnBuilder, Ranges } from "./column_builder.ts";
import type { DuckDB } from "./engine.ts";
import { finishBytes, GrowingBytes } from "./growing_bytes.ts";

const RECORD = 16;
const INLINE = 12;
/** Memory is mapped in pages: two strings in one page, or in pages next to each other, have nothing
 *  unmapped between them, so they can be read together. */
const PAGE = 4096;
/** Bytes between two strings that are cheaper to read along than to call again for. */
const GAP = 512;

/** Strings and blobs, as their bytes are. */
export class BytesBuilder implements ColumnBuilder {
  readonly #native: DuckDB;
  readonly #type: DataType;
  readonly #validity = new BitmapBuilder();
  readonly #bytes = new GrowingBytes();

  constructor(native: DuckDB, type: DataType) {
    this.#native = native;
    this.#type = type;
  }

  get bytes(): number {
    return this.#bytes.size;
  }

  append(vector: Vector, size: number, ranges: Ranges): void {
    const source = this.#native.vector_get_data(
      vector,
      size * RECORD,
    ) as Uint8Array<ArrayBuffer>;
    const validity = this.#native.vector_get_validity(vector, bitmapBytes(size));
    for (let at = 0; at < ranges.length; at += 2) {
      const start = ranges[at]!;
      const count = ranges[at + 1]!;
      this.#appendRange(source, validity, start, count);
      this.#validity.append(validity, start, count);
    }
  }

  finish(): Data {
    return finishBytes(this.#type, this.#bytes, this.#validity);
  }

  /** Lays out the offsets, copies the short strings, then the long ones in runs. */
  #appendRange(
    source: Uint8Array<ArrayBuffer>,
    validity: Uint8Array | null,
    start: number,
    count: number,
  ): void {
    const words = new Uint32Array(source.buffer, source.byteOffset, source.length >> 2);
    const bytes = this.#bytes;
    const first = bytes.rows;
    let total = bytes.size;
    bytes.reserveRows(count);
    let hasLong = false;
    for (let row = 0; row < count; row++) {
      const at = start + row;
      if (!validity || (validity[at >> 3]! >> (at & 7)) & 1) {
        const length = words[at * 4]!;
        total += length;
        if (length > INLINE) hasLong = true;
      }
      bytes.offsets[first + row + 1] = total;
    }
    bytes.reserveBytes(total);
    this.#copyShort(source, start, count, first);
    if (hasLong) this.#copyLong(source, words, start, count, first);
  }

  #copyShort(source: Uint8Array, start: number, count: number, first: number): void {
    const { offsets, values } = this.#bytes;
    for (let row = 0; row < count; row++) {
      let to = offsets[first + row]!;
      const end = offsets[first + row + 1]!;
      if (end - to > INLINE) continue;
      for (let from = (start + row) * RECORD + 4; to < end;) values[to++] = source[from++]!;
    }
  }

  #copyLong(
    source: Uint8Array<ArrayBuffer>,
    words: Uint32Array,
    start: number,
    count: number,
    first: number,
  ): void {
    const { offsets } = this.#bytes;
    let runFirst = -1;
    let runStart = 0;
    let runEnd = 0;
    for (let row = 0; row < count; row++) {
      const length = offsets[first + row + 1]! - offsets[first + row]!;
      if (length <= INLINE) continue;
      const pointer = pointerAt(words, start + row);
      if (runFirst >= 0 && joins(runEnd, pointer)) {
        runEnd = pointer + length;
        continue;
      }
      if (runFirst >= 0) {
        this.#copyRun(source, words, start, first, runFirst, row, runStart, runEnd);
      }
      runFirst = row;
      runStart = pointer;
      runEnd = pointer + length;
    }
    if (runFirst >= 0) {
      this.#copyRun(source, words, start, first, runFirst, count, runStart, runEnd);
    }
  }

  /** Copies the long strings of rows `from` up to `to`, which lie between two addresses. */
  #copyRun(
    source: Uint8Array<ArrayBuffer>,
    words: Uint32Array,
    start: number,
    first: number,
    from: number,
    to: number,
    runStart: number,
    runEnd: number,
  ): void {
    const { offsets, values } = this.#bytes;
    const run = this.#native.get_data_from_pointer(
      source.buffer,
      source.byteOffset + (start + from) * RECORD + 8,
      runEnd - runStart,
    );
    if (runEnd - runStart === offsets[first + to]! - offsets[first + from]!) {
      values.set(run, offsets[first + from]!);
      return;
    }
    for (let row = from; row < to; row++) {
      const begin = offsets[first + row]!;
      const length = offsets[first + row + 1]! - begin;
      if (length <= INLINE) continue;
      const at = pointerAt(words, start + row) - runStart;
      values.set(run.subarray(at, at + length), begin);
    }
  }
}

function pointerAt(words: Uint32Array, row: number): number {
  return words[row * 4 + 3]! * 2 ** 32 + words[row * 4 + 2]!;
}

function joins(end: number, next: number): boolean {
  return next >= end && next - end <= GAP &&
    Math.floor(next / PAGE) - Math.floor((end - 1) / PAGE) <= 1;
}
