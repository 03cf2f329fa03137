/** Writes lists, fixed-size lists, structs and maps through the writers of what they hold.
 *  @module */
import type { LogicalType, Vector } from "@duckdb/node-bindings";
import type { Data } from "apache-arrow";
import { bitmapBytes } from "./bitmap.ts";
import type { ColumnWriter } from "./column_writer.ts";
import type { DuckDB } from "./engine.ts";
import { plainData, writeValidity } from "./fixed_writer.ts";

/** Lists and maps: an offset and a length for each row into one child vector. */
export class ListWriter implements ColumnWriter {
  readonly type: LogicalType;
  readonly #native: DuckDB;
  readonly #child: ColumnWriter;

  constructor(native: DuckDB, child: ColumnWriter, kind: "list" | "map") {
    this.#native = native;
    this.#child = child;
    this.type = kind === "list" ? native.create_list_type(child.type) : native.create_map_type(
      native.struct_type_child_type(child.type, 0),
      native.struct_type_child_type(child.type, 1),
    );
  }

  write(
    vector: Vector,
    column: Data,
    start: number,
    count: number,
    mask: Uint8Array | undefined,
  ): void {
    const native = this.#native;
    const data = plainData(column);
    writeValidity(native, vector, data, start, count, mask);
    const offsets = data.valueOffsets as Int32Array | BigInt64Array;
    const first = Number(offsets[start]!);
    const total = Number(offsets[start + count]!) - first;
    const entries = new BigInt64Array(2 * count);
    for (let row = 0; row < count; row++) {
      const begin = Number(offsets[start + row]!);
      entries[2 * row] = BigInt(begin - first);
      entries[2 * row + 1] = BigInt(Number(offsets[start + row + 1]!) - begin);
    }
    native.copy_data_to_vector(vector, 0, entries.buffer, 0, entries.byteLength);
    native.list_vector_reserve(vector, total);
    native.list_vector_set_size(vector, total);
    if (total === 0) return;
    this.#child.write(
      native.list_vector_get_child(vector),
      data.children[0]!,
      first,
      total,
      undefined,
    );
  }
}

/** Arrays of one size. */
export class FixedListWriter implements ColumnWriter {
  readonly type: LogicalType;
  readonly #native: DuckDB;
  readonly #child: ColumnWriter;
  readonly #size: number;

  constructor(native: DuckDB, child: ColumnWriter, size: number) {
    this.#native = native;
    this.#child = child;
    this.#size = size;
    this.type = native.create_array_type(child.type, size);
  }

  write(
    vector: Vector,
    column: Data,
    start: number,
    count: number,
    mask: Uint8Array | undefined,
  ): void {
    const native = this.#native;
    const data = plainData(column);
    const valid = writeValidity(native, vector, data, start, count, mask);
    this.#child.write(
      native.array_vector_get_child(vector),
      data.children[0]!,
      start * this.#size,
      count * this.#size,
      valid && repeated(valid, count, this.#size),
    );
  }
}

/** Structs: one child vector for each field. */
export class StructWriter implements ColumnWriter {
  readonly type: LogicalType;
  readonly #native: DuckDB;
  readonly #children: readonly ColumnWriter[];

  constructor(native: DuckDB, names: readonly string[], children: readonly ColumnWriter[]) {
    this.#native = native;
    this.#children = children;
    this.type = native.create_struct_type(children.map((child) => child.type), names);
  }

  write(
    vector: Vector,
    column: Data,
    start: number,
    count: number,
    mask: Uint8Array | undefined,
  ): void {
    const native = this.#native;
    const data = plainData(column);
    const valid = writeValidity(native, vector, data, start, count, mask);
    this.#children.forEach((child, index) => {
      const inner = native.struct_vector_get_child(vector, index);
      child.write(inner, data.children[index]!, start, count, valid);
    });
  }
}

function repeated(bits: Uint8Array, count: number, times: number): Uint8Array {
  const wide = new Uint8Array(bitmapBytes(count * times));
  for (let at = 0; at < count * times; at++) {
    const row = Math.floor(at / times);
    if ((bits[row >> 3]! >> (row & 7)) & 1) wide[at >> 3]! |= 1 << (at & 7);
  }
  return wide;
}
