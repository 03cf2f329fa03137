/** Writes columns whose rows all have one width, and the validity of every column. @module */
import type { LogicalType, Vector } from "@duckdb/node-bindings";
import type { Data } from "apache-arrow";
import { bitmapBytes } from "./bitmap.ts";
import type { ColumnWriter } from "./column_writer.ts";
import { validityBits, withoutDictionary } from "./dictionary.ts";
import type { DuckDB } from "./engine.ts";

/** Rewrites rows for DuckDB. */
export interface Rewrite {
  /** Bytes of a row in DuckDB. */
  readonly width: number;
  rewrite(
    values: ArrayLike<number | bigint>,
    start: number,
    count: number,
    target: Uint8Array<ArrayBuffer>,
    isValid: (row: number) => boolean,
  ): void;
}

/** Rows copied as they lie, or rewritten. */
export class FixedWriter implements ColumnWriter {
  readonly type: LogicalType;
  readonly #native: DuckDB;
  readonly #rewrite: Rewrite | undefined;
  #scratch = new Uint8Array(0);

  constructor(native: DuckDB, type: number | LogicalType, rewrite: Rewrite | undefined) {
    this.#native = native;
    this.type = typeof type === "number" ? native.create_logical_type(type) : type;
    this.#rewrite = rewrite;
  }

  write(
    vector: Vector,
    column: Data,
    start: number,
    count: number,
    mask: Uint8Array | undefined,
  ): void {
    const data = plainData(column);
    const valid = writeValidity(this.#native, vector, data, start, count, mask);
    if (this.#rewrite) this.#writeRewritten(this.#rewrite, vector, data, start, count, valid);
    else this.#writeAsIs(vector, data, start, count);
  }

  #writeAsIs(vector: Vector, data: Data, start: number, count: number): void {
    const values = data.values as Uint8Array<ArrayBuffer>;
    const width = rowWidth(values, data, start + count);
    const from = values.byteOffset + start * width;
    this.#native.copy_data_to_vector(vector, 0, values.buffer, from, count * width);
  }

  #writeRewritten(
    rewrite: Rewrite,
    vector: Vector,
    data: Data,
    start: number,
    count: number,
    valid: Uint8Array | undefined,
  ): void {
    const bytes = count * rewrite.width;
    if (this.#scratch.length < bytes) this.#scratch = new Uint8Array(bytes);
    const isValid = (row: number) => !valid || ((valid[row >> 3]! >> (row & 7)) & 1) === 1;
    rewrite.rewrite(data.values as ArrayLike<number>, start, count, this.#scratch, isValid);
    this.#native.copy_data_to_vector(vector, 0, this.#scratch.buffer, 0, bytes);
  }
}

/** The bytes of a row, after making sure that the buffer holds the rows asked for: DuckDB copies
 *  without looking. */
function rowWidth(values: Uint8Array, data: Data, rows: number): number {
  const width = data.stride * values.BYTES_PER_ELEMENT;
  if (rows * width > values.byteLength) {
    throw new RangeError(
      `a column says that it has ${data.length} rows, but holds only ${values.byteLength} bytes`,
    );
  }
  return width;
}

/** DuckDB has a byte for each boolean. */
export class BooleanWriter implements ColumnWriter {
  readonly type: LogicalType;
  readonly #native: DuckDB;
  #scratch = new Uint8Array(2048);

  constructor(native: DuckDB) {
    this.#native = native;
    this.type = native.create_logical_type(native.Type.BOOLEAN);
  }

  write(
    vector: Vector,
    column: Data,
    start: number,
    count: number,
    mask: Uint8Array | undefined,
  ): void {
    const data = plainData(column);
    writeValidity(this.#native, vector, data, start, count, mask);
    if (this.#scratch.length < count) this.#scratch = new Uint8Array(count);
    const bits = data.values as Uint8Array;
    for (let row = 0, at = data.offset + start; row < count; row++, at++) {
      this.#scratch[row] = (bits[at >> 3]! >> (at & 7)) & 1;
    }
    this.#native.copy_data_to_vector(vector, 0, this.#scratch.buffer, 0, count);
  }
}

/** A column of nothing but nulls, which DuckDB calls an integer. */
export class NullWriter implements ColumnWriter {
  readonly type: LogicalType;
  readonly #native: DuckDB;

  constructor(native: DuckDB) {
    this.#native = native;
    this.type = native.create_logical_type(native.Type.INTEGER);
  }

  write(vector: Vector, _data: Data, _start: number, count: number): void {
    const none = new Uint8Array(bitmapBytes(count));
    this.#native.vector_ensure_validity_writable(vector);
    this.#native.copy_data_to_vector_validity(vector, 0, none.buffer, 0, none.length);
  }
}

/** Writes which rows have values and gives those bits; undefined where all have. */
export function writeValidity(
  native: DuckDB,
  vector: Vector,
  data: Data,
  start: number,
  count: number,
  mask: Uint8Array | undefined,
): Uint8Array | undefined {
  const own = validityBits(data, start, count);
  const bits = own && mask ? own.map((byte, index) => byte & mask[index]!) : own ?? mask;
  if (!bits) return undefined;
  native.vector_ensure_validity_writable(vector);
  native.copy_data_to_vector_validity(
    vector,
    0,
    bits.buffer as ArrayBuffer,
    bits.byteOffset,
    bitmapBytes(count),
  );
  return bits;
}

const plain = new WeakMap<Data, Data>();

/** Dictionary columns written out, once for each batch. */
export function plainData(data: Data): Data {
  if (!data.dictionary) return data;
  let known = plain.get(data);
  if (!known) plain.set(data, known = withoutDictionary(data));
  return known;
}
