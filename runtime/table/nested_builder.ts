/** Columns of lists, fixed-size lists, structs and maps: each around the builders of what it holds.
 *  @module */
import type { Vector } from "@duckdb/node-bindings";
import { type Data, type DataType, makeData } from "apache-arrow";
import { BitmapBuilder, bitmapBytes } from "./bitmap.ts";
import type { ColumnBuilder, Ranges } from "./column_builder.ts";
import type { DuckDB } from "./engine.ts";

/** Lists and maps: DuckDB has an offset and a length for each row into one child vector. */
export class ListBuilder implements ColumnBuilder {
  readonly #native: DuckDB;
  readonly #type: DataType;
  readonly #child: ColumnBuilder;
  readonly #validity = new BitmapBuilder();
  #offsets: number[] = [0];

  constructor(native: DuckDB, type: DataType, child: ColumnBuilder) {
    this.#native = native;
    this.#type = type;
    this.#child = child;
  }

  get bytes(): number {
    return this.#child.bytes + 16 * this.#offsets[this.#offsets.length - 1]!;
  }

  append(vector: Vector, size: number, ranges: Ranges): void {
    const native = this.#native;
    const source = native.vector_get_data(vector, size * 16);
    const entries = new BigUint64Array(source.buffer as ArrayBuffer, source.byteOffset, size * 2);
    const validity = native.vector_get_validity(vector, bitmapBytes(size));
    const taken: number[] = [];
    for (let at = 0; at < ranges.length; at += 2) {
      const start = ranges[at]!;
      const count = ranges[at + 1]!;
      for (let row = start; row < start + count; row++) {
        const isValid = !validity || ((validity[row >> 3]! >> (row & 7)) & 1) === 1;
        this.#push(taken, isValid ? entries : undefined, row);
      }
      this.#validity.append(validity, start, count);
    }
    const child = native.list_vector_get_child(vector);
    this.#child.append(child, native.list_vector_get_size(vector), taken);
  }

  finish(): Data {
    const { nullBitmap, nullCount } = this.#validity.finish();
    const valueOffsets = Int32Array.from(this.#offsets);
    const length = valueOffsets.length - 1;
    const child = this.#child.finish();
    this.#offsets = [0];
    const type = this.#type;
    return makeData({ type, length, nullCount, nullBitmap, valueOffsets, child } as never);
  }

  /** Notes the row's elements, joined to those of the row before where they follow on. */
  #push(taken: number[], entries: BigUint64Array | undefined, row: number): void {
    const total = this.#offsets[this.#offsets.length - 1]!;
    const length = entries ? Number(entries[2 * row + 1]!) : 0;
    this.#offsets.push(total + length);
    if (!entries || length === 0) return;
    const offset = Number(entries[2 * row]!);
    const last = taken.length - 2;
    if (last >= 0 && taken[last]! + taken[last + 1]! === offset) taken[last + 1]! += length;
    else taken.push(offset, length);
  }
}

/** DuckDB's arrays: every row holds the same number of elements. */
export class FixedListBuilder implements ColumnBuilder {
  readonly #native: DuckDB;
  readonly #type: DataType;
  readonly #listSize: number;
  readonly #child: ColumnBuilder;
  readonly #validity = new BitmapBuilder();
  #length = 0;

  constructor(native: DuckDB, type: DataType, child: ColumnBuilder) {
    this.#native = native;
    this.#type = type;
    this.#listSize = (type as DataType & { listSize: number }).listSize;
    this.#child = child;
  }

  get bytes(): number {
    return this.#child.bytes;
  }

  append(vector: Vector, size: number, ranges: Ranges): void {
    const native = this.#native;
    const validity = native.vector_get_validity(vector, bitmapBytes(size));
    for (let at = 0; at < ranges.length; at += 2) {
      this.#validity.append(validity, ranges[at]!, ranges[at + 1]!);
      this.#length += ranges[at + 1]!;
    }
    this.#child.append(
      native.array_vector_get_child(vector),
      size * this.#listSize,
      ranges.map((rows) => rows * this.#listSize),
    );
  }

  finish(): Data {
    const { nullBitmap, nullCount } = this.#validity.finish();
    const length = this.#length;
    this.#length = 0;
    const child = this.#child.finish();
    return makeData({ type: this.#type, length, nullCount, nullBitmap, child } as never);
  }
}

/** Structs: a child vector for each field, row by row beside one another. */
export class StructBuilder implements ColumnBuilder {
  readonly #native: DuckDB;
  readonly #type: DataType;
  readonly #children: readonly ColumnBuilder[];
  readonly #validity = new BitmapBuilder();
  #length = 0;

  constructor(native: DuckDB, type: DataType, children: readonly ColumnBuilder[]) {
    this.#native = native;
    this.#type = type;
    this.#children = children;
  }

  get bytes(): number {
    return this.#children.reduce((total, child) => total + child.bytes, 0);
  }

  append(vector: Vector, size: number, ranges: Ranges): void {
    const native = this.#native;
    const validity = native.vector_get_validity(vector, bitmapBytes(size));
    for (let at = 0; at < ranges.length; at += 2) {
      this.#validity.append(validity, ranges[at]!, ranges[at + 1]!);
      this.#length += ranges[at + 1]!;
    }
    this.#children.forEach((child, index) => {
      child.append(native.struct_vector_get_child(vector, index), size, ranges);
    });
  }

  finish(): Data {
    const { nullBitmap, nullCount } = this.#validity.finish();
    const length = this.#length;
    this.#length = 0;
    const children = this.#children.map((child) => child.finish());
    return makeData({ type: this.#type, length, nullCount, nullBitmap, children } as never);
  }
}
