/** Columns read from plain CSV text: one loop over bytes for each kind of type. A value in any but the
 *  shortest common spelling ends the reading: others know what to make of it. @module */
import {
  type Data,
  DateDay,
  Field,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  makeData,
  TimestampMicrosecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
} from "apache-arrow";
import { bitmapBytes } from "../../table/bitmap.ts";
import type { Column } from "./declared.ts";
import { readDate, readFloat, readTimestamp, readWhole } from "./plain_value.ts";

/** The text has something that this reading does not know. */
export class NotPlain extends Error {
  override readonly name = "NotPlain";

  constructor(options?: ErrorOptions) {
    super("the text is not plain CSV of the declared types", options);
  }
}

/** One column in the making. */
export interface PlainColumn {
  /** Bytes of variable length so far. */
  readonly bytes: number;
  /** Reads `count` fields: the first begins at `bounds[first]`, each next `stride` places on. A field
   *  ends one byte before `bounds` says that the next begins.
   *
   * @throws {NotPlain} at a value that it does not know */
  append(bytes: Uint8Array, bounds: Int32Array, first: number, stride: number, count: number): void;
  /** Everything since the last call. */
  finish(): Data;
}

/** Reads the value between two places, or gives NaN where it does not know it. */
type Read = (bytes: Uint8Array, from: number, end: number) => number;

type Values = Float64Array | BigInt64Array | BigUint64Array | Int32Array | Int16Array | Int8Array;

interface Kind {
  readonly type: () => Field["type"];
  readonly read: Read;
  /** Least and greatest that are taken; whole numbers above 2^53 are left to others. */
  readonly range: readonly [least: number, greatest: number];
}

const SAFE = Number.MAX_SAFE_INTEGER;
const KINDS: Readonly<Record<string, Kind>> = {
  TINYINT: { type: () => new Int8(), read: readWhole, range: [-(2 ** 7), 2 ** 7 - 1] },
  SMALLINT: { type: () => new Int16(), read: readWhole, range: [-(2 ** 15), 2 ** 15 - 1] },
  INTEGER: { type: () => new Int32(), read: readWhole, range: [-(2 ** 31), 2 ** 31 - 1] },
  BIGINT: { type: () => new Int64(), read: readWhole, range: [-SAFE, SAFE] },
  UTINYINT: { type: () => new Uint8(), read: readWhole, range: [0, 2 ** 8 - 1] },
  USMALLINT: { type: () => new Uint16(), read: readWhole, range: [0, 2 ** 16 - 1] },
  UINTEGER: { type: () => new Uint32(), read: readWhole, range: [0, 2 ** 32 - 1] },
  UBIGINT: { type: () => new Uint64(), read: readWhole, range: [0, SAFE] },
  DOUBLE: { type: () => new Float64(), read: readFloat, range: [-Infinity, Infinity] },
  DATE: { type: () => new DateDay(), read: readDate, range: [-Infinity, Infinity] },
  TIMESTAMP: {
    type: () => new TimestampMicrosecond(),
    read: readTimestamp,
    range: [-Infinity, Infinity],
  },
};

/** The Arrow field of a column; null where its type has no loop here. */
export function plainField({ name, type }: Column): Field | null {
  if (type === "VARCHAR") return new Field(name, new Utf8(), true);
  const kind = KINDS[type];
  return kind ? new Field(name, kind.type(), true) : null;
}

/** The reader of a column that has a field. */
export function plainColumn(column: Column): PlainColumn {
  return column.type === "VARCHAR" ? new TextColumn(column) : new NumberColumn(column);
}

/** Which rows have no value; no bitmap at all while every row has one. */
class Nulls {
  readonly #isNotNull: boolean;
  #bits: Uint8Array<ArrayBuffer> | undefined;
  #count = 0;

  constructor({ isNotNull }: Column) {
    this.#isNotNull = isNotNull;
  }

  add(row: number): void {
    if (this.#isNotNull) throw new NotPlain();
    this.#count++;
    let bits = this.#bits;
    if (!bits || row >> 3 >= bits.length) {
      const larger = new Uint8Array(bitmapBytes(Math.max(row + 1, 2 ** 17, (row + 1) * 1.5))).fill(
        255,
      );
      if (bits) larger.set(bits);
      this.#bits = bits = larger;
    }
    bits[row >> 3]! &= ~(1 << (row & 7));
  }

  finish(rows: number) {
    const bits = this.#bits;
    const nullCount = this.#count;
    this.#bits = undefined;
    this.#count = 0;
    if (!bits) return { nullCount, nullBitmap: undefined };
    if (bits.length * 8 >= rows) {
      return { nullCount, nullBitmap: bits.subarray(0, bitmapBytes(rows)) };
    }
    const whole = new Uint8Array(bitmapBytes(rows)).fill(255);
    whole.set(bits);
    return { nullCount, nullBitmap: whole };
  }
}

class NumberColumn implements PlainColumn {
  readonly bytes = 0;
  readonly #kind: Kind;
  readonly #type: Field["type"];
  readonly #nulls: Nulls;
  #values: Values;
  #rows = 0;

  constructor(column: Column) {
    this.#kind = KINDS[column.type]!;
    this.#type = this.#kind.type();
    this.#nulls = new Nulls(column);
    this.#values = new this.#type.ArrayType(0);
  }

  append(
    bytes: Uint8Array,
    bounds: Int32Array,
    first: number,
    stride: number,
    count: number,
  ): void {
    const values = this.#reserve(this.#rows + count);
    const start = this.#rows;
    this.#rows += count;
    const { read, range: [least, greatest] } = this.#kind;
    const wide = values instanceof BigInt64Array || values instanceof BigUint64Array;
    const halves = wide ? new Int32Array(values.buffer) : undefined;
    for (let row = start, field = first; row < start + count; row++, field += stride) {
      const from = bounds[field]!;
      const end = bounds[field + 1]! - 1;
      if (from === end) {
        this.#nulls.add(row);
        continue;
      }
      const value = read(bytes, from, end);
      if (!(value >= least && value <= greatest)) throw new NotPlain();
      if (halves) {
        halves[2 * row] = value % TWO_32;
        halves[2 * row + 1] = Math.floor(value / TWO_32);
      } else (values as Float64Array)[row] = value;
    }
  }

  finish(): Data {
    const length = this.#rows;
    const data = this.#values.subarray(0, length);
    this.#rows = 0;
    this.#values = new this.#type.ArrayType(0);
    return makeData({ type: this.#type, length, ...this.#nulls.finish(length), data } as never);
  }

  #reserve(rows: number): Values {
    if (rows <= this.#values.length) return this.#values;
    const larger = new this.#type.ArrayType(Math.max(rows, 72_000, this.#values.length * 1.5));
    larger.set(this.#values.subarray(0, this.#rows));
    return this.#values = larger;
  }
}

const TWO_32 = 2 ** 32;
/** Up to here a loop copies faster than a call. */
const SHORT = 24;

class TextColumn implements PlainColumn {
  readonly #nulls: Nulls;
  #offsets = new Int32Array(1);
  #values = new Uint8Array(0);
  #rows = 0;

  constructor(column: Column) {
    this.#nulls = new Nulls(column);
  }

  get bytes(): number {
    return this.#offsets[this.#rows]!;
  }

  append(
    bytes: Uint8Array,
    bounds: Int32Array,
    first: number,
    stride: number,
    count: number,
  ): void {
    const start = this.#rows;
    const offsets = this.#reserve(start + count, this.bytes + bytes.length);
    const values = this.#values;
    let to = offsets[start]!;
    for (let row = start, field = first; row < start + count; row++, field += stride) {
      let from = bounds[field]!;
      const end = bounds[field + 1]! - 1;
      if (from === end) this.#nulls.add(row);
      else if (end - from > SHORT) {
        values.set(bytes.subarray(from, end), to);
        to += end - from;
      } else while (from < end) values[to++] = bytes[from++]!;
      offsets[row + 1] = to;
    }
    this.#rows += count;
  }

  finish(): Data {
    const length = this.#rows;
    const valueOffsets = this.#offsets.subarray(0, length + 1);
    const data = this.#values.slice(0, this.bytes);
    this.#rows = 0;
    this.#offsets = new Int32Array(1);
    return makeData({
      ...{ type: new Utf8(), length, valueOffsets, data },
      ...this.#nulls.finish(length),
    } as never);
  }

  #reserve(rows: number, bytes: number): Int32Array {
    if (bytes > this.#values.length) {
      const larger = new Uint8Array(Math.max(bytes, this.#values.length * 1.5));
      larger.set(this.#values.subarray(0, this.bytes));
      this.#values = larger;
    }
    if (rows + 1 <= this.#offsets.length) return this.#offsets;
    const larger = new Int32Array(Math.max(rows + 1, 72_000, this.#offsets.length * 1.5));
    larger.set(this.#offsets.subarray(0, this.#rows + 1));
    return this.#offsets = larger;
  }
}
