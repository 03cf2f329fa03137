/** Columns whose rows all have one width: numbers, dates, timestamps, decimals, uuids, booleans.
 *  @module */
import type { Vector } from "@duckdb/node-bindings";
import { Bool, type Data, type DataType, makeData, Null } from "apache-arrow";
import { BitmapBuilder, bitmapBytes } from "./bitmap.ts";
import { byteWidth } from "./byte_width.ts";
import type { ColumnBuilder, Ranges } from "./column_builder.ts";
import type { Conversion } from "./conversion.ts";
import type { DuckDB } from "./engine.ts";

/** Copies rows as they are, or through a conversion. */
export class FixedBuilder implements ColumnBuilder {
  readonly bytes = 0;
  readonly #native: DuckDB;
  readonly #type: DataType;
  readonly #width: number;
  readonly #conversion: Conversion | undefined;
  readonly #validity = new BitmapBuilder();
  #values = new Uint8Array(0);
  #length = 0;
  #lastLength = 0;

  constructor(native: DuckDB, type: DataType, conversion: Conversion | undefined) {
    this.#native = native;
    this.#type = type;
    this.#width = byteWidth(type) ?? 1;
    this.#conversion = conversion;
  }

  append(vector: Vector, size: number, ranges: Ranges): void {
    const native = this.#native;
    const width = this.#width;
    const source = native.vector_get_data(
      vector,
      size * (this.#conversion?.sourceWidth ?? width),
    ) as Uint8Array<ArrayBuffer>;
    const validity = native.vector_get_validity(vector, bitmapBytes(size));
    for (let at = 0; at < ranges.length; at += 2) {
      const start = ranges[at]!;
      const count = ranges[at + 1]!;
      this.#reserve(this.#length + count);
      if (this.#conversion) this.#convert(this.#conversion, source, validity, start, count);
      else this.#values.set(slice(source, start * width, count * width), this.#length * width);
      this.#validity.append(validity, start, count);
      this.#length += count;
    }
  }

  finish(): Data {
    const { nullBitmap, nullCount } = this.#validity.finish();
    const values = trimmed(this.#values, this.#length * this.#width);
    const { ArrayType } = this.#type;
    const data = new ArrayType(
      values.buffer,
      values.byteOffset,
      values.length / ArrayType.BYTES_PER_ELEMENT,
    );
    const length = this.#length;
    this.#lastLength = length;
    this.#length = 0;
    this.#values = new Uint8Array(0);
    return makeData({ type: this.#type, length, nullCount, nullBitmap, data } as never);
  }

  #convert(
    conversion: Conversion,
    source: Uint8Array<ArrayBuffer>,
    validity: Uint8Array | null,
    start: number,
    count: number,
  ): void {
    const target = slice(this.#values, this.#length * this.#width, count * this.#width);
    conversion.convert(source, start, count, target, (row) => {
      return !validity || ((validity[row >> 3]! >> (row & 7)) & 1) === 1;
    });
  }

  #reserve(rows: number): void {
    const needed = rows * this.#width;
    if (needed <= this.#values.length) return;
    const first = this.#values.length === 0 ? this.#lastLength * this.#width : 0;
    const grown = new Uint8Array(Math.max(needed, this.#values.length * 2, first));
    grown.set(this.#values);
    this.#values = grown;
  }
}

/** DuckDB has a byte for each boolean, Arrow a bit. */
export class BooleanBuilder implements ColumnBuilder {
  readonly bytes = 0;
  readonly #native: DuckDB;
  readonly #validity = new BitmapBuilder();
  #bits = new Uint8Array(256);
  #length = 0;

  constructor(native: DuckDB) {
    this.#native = native;
  }

  append(vector: Vector, size: number, ranges: Ranges): void {
    const source = this.#native.vector_get_data(vector, size);
    const validity = this.#native.vector_get_validity(vector, bitmapBytes(size));
    for (let at = 0; at < ranges.length; at += 2) {
      const start = ranges[at]!;
      const count = ranges[at + 1]!;
      this.#reserve(this.#length + count);
      const bits = this.#bits;
      for (let row = 0, to = this.#length; row < count; row++, to++) {
        if (source[start + row] === 1) bits[to >> 3]! |= 1 << (to & 7);
      }
      this.#validity.append(validity, start, count);
      this.#length += count;
    }
  }

  finish(): Data {
    const { nullBitmap, nullCount } = this.#validity.finish();
    const data = trimmed(this.#bits, bitmapBytes(this.#length));
    const length = this.#length;
    this.#length = 0;
    this.#bits = new Uint8Array(256);
    return makeData({ type: new Bool(), length, nullCount, nullBitmap, data } as never);
  }

  #reserve(rows: number): void {
    const needed = bitmapBytes(rows);
    if (needed <= this.#bits.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bits.length * 2));
    grown.set(this.#bits);
    this.#bits = grown;
  }
}

/** A column of nothing but nulls. */
export class NullBuilder implements ColumnBuilder {
  readonly bytes = 0;
  #length = 0;

  append(_vector: Vector, _size: number, ranges: Ranges): void {
    for (let at = 1; at < ranges.length; at += 2) this.#length += ranges[at]!;
  }

  finish(): Data {
    const length = this.#length;
    this.#length = 0;
    return makeData({ type: new Null(), length } as never);
  }
}

/** The first `length` bytes; a copy where keeping the whole would waste much. */
export function trimmed(
  bytes: Uint8Array<ArrayBuffer>,
  length: number,
): Uint8Array<ArrayBuffer> {
  return length < bytes.length * 0.75 ? bytes.slice(0, length) : bytes.subarray(0, length);
}

function slice(
  bytes: Uint8Array<ArrayBuffer>,
  start: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  return bytes.subarray(start, start + length);
}
