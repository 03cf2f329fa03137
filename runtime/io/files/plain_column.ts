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
import type { Column } from "./declared.ts";
import {
  type FieldRun,
  type Loop,
  readDates,
  readFloats,
  readLongs,
  readTimestamps,
  readWholes,
} from "./plain_loops.ts";
import { Nulls } from "./plain_nulls.ts";

/** One column in the making. */
export interface PlainColumn {
  /** Bytes of variable length so far. */
  readonly bytes: number;
  /** Reads these fields.
   *
   * @throws {NotPlain} at a value that it does not know */
  append(run: FieldRun): void;
  /** Everything since the last call. */
  finish(): Data;
}

interface Kind {
  readonly type: () => Field["type"];
  readonly loop: Loop<never>;
}

const KINDS: Readonly<Record<string, Kind>> = {
  TINYINT: { type: () => new Int8(), loop: readWholes(-(2 ** 7), 2 ** 7 - 1) },
  SMALLINT: { type: () => new Int16(), loop: readWholes(-(2 ** 15), 2 ** 15 - 1) },
  INTEGER: { type: () => new Int32(), loop: readWholes(-(2 ** 31), 2 ** 31 - 1) },
  BIGINT: { type: () => new Int64(), loop: readLongs(-Infinity) },
  UTINYINT: { type: () => new Uint8(), loop: readWholes(0, 2 ** 8 - 1) },
  USMALLINT: { type: () => new Uint16(), loop: readWholes(0, 2 ** 16 - 1) },
  UINTEGER: { type: () => new Uint32(), loop: readWholes(0, 2 ** 32 - 1) },
  UBIGINT: { type: () => new Uint64(), loop: readLongs(0) },
  DOUBLE: { type: () => new Float64(), loop: readFloats },
  DATE: { type: () => new DateDay(), loop: readDates },
  TIMESTAMP: { type: () => new TimestampMicrosecond(), loop: readTimestamps },
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

type Values = Float64Array | BigInt64Array | BigUint64Array | Int32Array | Int16Array | Int8Array;

class NumberColumn implements PlainColumn {
  readonly bytes = 0;
  readonly #loop: Loop<never>;
  readonly #type: Field["type"];
  readonly #nulls: Nulls;
  #values: Values;
  #rows = 0;

  constructor(column: Column) {
    const { type, loop } = KINDS[column.type]!;
    this.#loop = loop;
    this.#type = type();
    this.#nulls = new Nulls(column);
    this.#values = new this.#type.ArrayType(0);
  }

  append(run: FieldRun): void {
    const values = this.#reserve(this.#rows + run.count);
    this.#loop(run, values as never, this.#rows, this.#nulls);
    this.#rows += run.count;
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

  append({ bytes, bounds, first, stride, count }: FieldRun): void {
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
