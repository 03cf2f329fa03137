/** Writes strings and bytes. Short ones go into DuckDB's 16-byte records; for longer ones the record
 *  points into Arrow's own buffer, which is kept alive while the table is lent. Where this process may not
 *  ask for addresses, it points into a copy that the vector keeps. @module */
import type { LogicalType, Vector } from "@duckdb/node-bindings";
import type { Data } from "apache-arrow";
import type { ColumnWriter } from "./column_writer.ts";
import type { DuckDB } from "./engine.ts";
import { plainData, writeValidity } from "./fixed_writer.ts";
import { keepBytes } from "./kept_bytes.ts";

const RECORD = 16;
const INLINE = 12;

/** Columns with offsets, of 32 or 64 bits. */
export class BytesWriter implements ColumnWriter {
  readonly type: LogicalType;
  readonly #native: DuckDB;
  readonly #records = new Records();

  constructor(native: DuckDB, kind: "VARCHAR" | "JSON" | "BLOB") {
    this.#native = native;
    const { VARCHAR, BLOB } = native.Type;
    this.type = native.create_logical_type(kind === "BLOB" ? BLOB : VARCHAR);
    if (kind === "JSON") native.logical_type_set_alias(this.type, "JSON");
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
    const offsets = data.valueOffsets as Int32Array | BigInt64Array;
    const values = data.values as Uint8Array<ArrayBuffer>;
    const begin = Number(offsets[start]!);
    const end = Number(offsets[start + count]!);
    const address = addressFor(values, { native: this.#native, vector, begin, end });
    const records = this.#records.of(values, { count, address });
    for (let row = 0; row < count; row++) {
      const isValid = !valid || ((valid[row >> 3]! >> (row & 7)) & 1) === 1;
      if (isValid) {
        records.write(row, Number(offsets[start + row]!), Number(offsets[start + row + 1]!));
      } else records.write(row, 0, 0);
    }
    this.#native.copy_data_to_vector(vector, 0, records.buffer, 0, count * RECORD);
  }
}

/** Binary columns of one width. */
export class FixedBytesWriter implements ColumnWriter {
  readonly type: LogicalType;
  readonly #native: DuckDB;
  readonly #width: number;
  readonly #records = new Records();

  constructor(native: DuckDB, width: number) {
    this.#native = native;
    this.#width = width;
    this.type = native.create_logical_type(native.Type.BLOB);
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
    const values = data.values as Uint8Array<ArrayBuffer>;
    const begin = start * this.#width;
    const end = begin + count * this.#width;
    const address = addressFor(values, { native: this.#native, vector, begin, end });
    const records = this.#records.of(values, { count, address });
    for (let row = 0; row < count; row++) {
      records.write(row, (start + row) * this.#width, (start + row + 1) * this.#width);
    }
    this.#native.copy_data_to_vector(vector, 0, records.buffer, 0, count * RECORD);
  }
}

/** DuckDB's records over one buffer of bytes. */
class Records {
  #bytes = new Uint8Array(2048 * RECORD);
  #words = new Uint32Array(this.#bytes.buffer);
  #values: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #address = 0;

  get buffer(): ArrayBuffer {
    return this.#bytes.buffer;
  }

  /** Turns to another buffer, whose first byte has this address, and makes room for `count` records. */
  of(
    values: Uint8Array<ArrayBuffer>,
    { count, address }: { readonly count: number; readonly address: number },
  ): this {
    if (this.#bytes.length < count * RECORD) {
      this.#bytes = new Uint8Array(count * RECORD);
      this.#words = new Uint32Array(this.#bytes.buffer);
    }
    this.#values = values;
    this.#address = address;
    return this;
  }

  /** Writes the record for the bytes from `begin` up to `end`; what a record does not use is 0,
   *  since DuckDB compares whole records. */
  write(row: number, begin: number, end: number): void {
    const length = end - begin;
    const values = this.#values;
    if (length < 0 || end > values.length) {
      throw new RangeError(`a column's offsets reach beyond its ${values.length} bytes`);
    }
    const bytes = this.#bytes;
    const words = this.#words;
    const word = row * 4;
    const at = row * RECORD + 4;
    words[word] = length;
    if (length <= INLINE) {
      words[word + 1] = words[word + 2] = words[word + 3] = 0;
      for (let byte = 0; byte < length; byte++) bytes[at + byte] = values[begin + byte]!;
      return;
    }
    for (let byte = 0; byte < 4; byte++) bytes[at + byte] = values[begin + byte]!;
    const address = this.#address + begin;
    words[word + 2] = address % 2 ** 32;
    words[word + 3] = Math.floor(address / 2 ** 32);
  }
}

/** The address that the first of `values` has, or would have where only those from `begin` to `end` are kept. */
function addressFor(
  values: Uint8Array<ArrayBuffer>,
  { begin, end, ...kept }: {
    readonly native: DuckDB;
    readonly vector: Vector;
    readonly begin: number;
    readonly end: number;
  },
): number {
  if (end - begin <= INLINE) return 0;
  if (mayAskForAddresses()) return addressOf(values);
  return keepBytes(values.subarray(begin, end), kept) - begin;
}

let mayAsk: boolean | undefined;

/** Deno gives addresses to processes that may load whatever native library they like, and to no others. */
function mayAskForAddresses(): boolean {
  return mayAsk ??= Deno.permissions.querySync({ name: "ffi" }).state === "granted";
}

/** Where the bytes lie in memory. Asking for `buffer` first moves small arrays off V8's heap, where
 *  the collector would move them. */
function addressOf(values: Uint8Array<ArrayBuffer>): number {
  if (values.buffer.byteLength === 0) return 0;
  return Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(values)));
}
