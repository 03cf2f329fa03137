/** Columns of strings, bytes and enums. DuckDB keeps up to 12 bytes inside a 16-byte record and
 *  longer ones behind a pointer; Arrow wants all bytes in one buffer, with offsets. @module */
import type { LogicalType, Vector } from "@duckdb/node-bindings";
import { type Data, type DataType, makeData, Utf8 } from "apache-arrow";
import { BitmapBuilder, bitmapBytes } from "./bitmap.ts";
import type { ColumnBuilder, Ranges } from "./column_builder.ts";
import type { DuckDB } from "./engine.ts";
import { trimmed } from "./fixed_builder.ts";

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
    return finished(this.#type, this.#bytes, this.#validity);
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

/** Enums, written out as the strings they stand for. */
export class EnumBuilder implements ColumnBuilder {
  readonly #native: DuckDB;
  readonly #names: readonly Uint8Array[];
  readonly #codeWidth: 1 | 2 | 4;
  readonly #validity = new BitmapBuilder();
  readonly #bytes = new GrowingBytes();

  constructor(native: DuckDB, type: LogicalType) {
    const encoder = new TextEncoder();
    this.#native = native;
    this.#names = Array.from(
      { length: native.enum_dictionary_size(type) },
      (_, index) => encoder.encode(native.enum_dictionary_value(type, index)),
    );
    const { UTINYINT, USMALLINT } = native.Type;
    const internal = native.enum_internal_type(type);
    this.#codeWidth = internal === UTINYINT ? 1 : internal === USMALLINT ? 2 : 4;
  }

  get bytes(): number {
    return this.#bytes.size;
  }

  append(vector: Vector, size: number, ranges: Ranges): void {
    const width = this.#codeWidth;
    const source = this.#native.vector_get_data(vector, size * width);
    const Codes = width === 1 ? Uint8Array : width === 2 ? Uint16Array : Uint32Array;
    const codes = new Codes(source.buffer as ArrayBuffer, source.byteOffset, size);
    const validity = this.#native.vector_get_validity(vector, bitmapBytes(size));
    for (let at = 0; at < ranges.length; at += 2) {
      const start = ranges[at]!;
      const count = ranges[at + 1]!;
      this.#bytes.reserveRows(count);
      for (let row = start; row < start + count; row++) {
        const isValid = !validity || ((validity[row >> 3]! >> (row & 7)) & 1) === 1;
        this.#bytes.push(isValid ? this.#names[codes[row]!] : undefined);
      }
      this.#validity.append(validity, start, count);
    }
  }

  finish(): Data {
    return finished(new Utf8(), this.#bytes, this.#validity);
  }
}

/** The values and offsets of a variable-width column, growing. */
class GrowingBytes {
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

function finished(type: DataType, bytes: GrowingBytes, validity: BitmapBuilder): Data {
  const { nullBitmap, nullCount } = validity.finish();
  const length = bytes.rows;
  const valueOffsets = bytes.offsets.slice(0, length + 1);
  const data = trimmed(bytes.values, bytes.size);
  bytes.clear();
  return makeData({ type, length, nullCount, nullBitmap, valueOffsets, data } as never);
}

function pointerAt(words: Uint32Array, row: number): number {
  return words[row * 4 + 3]! * 2 ** 32 + words[row * 4 + 2]!;
}

function joins(end: number, next: number): boolean {
  return next >= end && next - end <= GAP &&
    Math.floor(next / PAGE) - Math.floor((end - 1) / PAGE) <= 1;
}
