/** Columns of DuckDB's enums. @module */
import type { LogicalType, Vector } from "@duckdb/node-bindings";
import { type Data, Utf8 } from "apache-arrow";
import { BitmapBuilder, bitmapBytes } from "./bitmap.ts";
import type { ColumnBuilder, Ranges } from "./column_builder.ts";
import type { DuckDB } from "./engine.ts";
import { finishBytes, GrowingBytes } from "./growing_bytes.ts";

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
    return finishBytes(new Utf8(), this.#bytes, this.#validity);
  }
}
