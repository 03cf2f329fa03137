/** Columns in the making from the fields of Postgres's rows. @module */
import { type Data, type DataType, makeData } from "apache-arrow";

/** A value that Arrow's type cannot hold; the reader adds row and column. */
export class UnreadableValue extends RangeError {}

/** One column in the making. */
export interface ColumnBuilder {
  /** Appends the `length` bytes at `at`; a length of -1 stands for null. */
  append(bytes: Uint8Array, view: DataView, at: number, length: number): void;
  /** Everything appended since the last call. */
  finish(): Data;
  /** The column's type; of a numeric without precision known only when all values are. */
  readonly type: DataType;
}

/** Which rows have a value: no bitmap at all until the first that has none. */
export class ValidityBuilder {
  #bits: Uint8Array<ArrayBuffer> | undefined;
  #nulls = 0;

  setNull(row: number): void {
    const needed = (row >> 3) + 1;
    if (!this.#bits || this.#bits.length < needed) {
      const grown = new Uint8Array(Math.max(64, needed * 2)).fill(255);
      if (this.#bits) grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[row >> 3]! &= ~(1 << (row & 7));
    this.#nulls++;
  }

  finish(rows: number): { nullBitmap: Uint8Array<ArrayBuffer> | undefined; nullCount: number } {
    const nullCount = this.#nulls;
    const bytes = Math.ceil(rows / 64) * 8;
    const nullBitmap = this.#bits && new Uint8Array(bytes);
    if (nullBitmap && this.#bits) {
      nullBitmap.fill(255);
      nullBitmap.set(this.#bits.subarray(0, bytes));
    }
    this.#bits = undefined;
    this.#nulls = 0;
    return { nullBitmap, nullCount };
  }
}

const FIRST_ROWS = 256;

/** Reads a field into row `row` of the values. */
export type Take = (values: DataView<ArrayBuffer>, row: number, view: DataView, at: number) => void;

/** Values of one width. */
export class FixedBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly #width: number;
  readonly #take: Take;
  readonly #validity = new ValidityBuilder();
  #values: DataView<ArrayBuffer>;
  #rows = 0;

  constructor(type: DataType, width: number, take: Take) {
    this.type = type;
    this.#width = width;
    this.#take = take;
    this.#values = new DataView(new ArrayBuffer(FIRST_ROWS * width));
  }

  append(_bytes: Uint8Array, view: DataView, at: number, length: number): void {
    const row = this.#rows++;
    if (row * this.#width >= this.#values.byteLength) this.#grow();
    if (length < 0) this.#validity.setNull(row);
    else this.#take(this.#values, row, view, at);
  }

  finish(): Data {
    const rows = this.#rows;
    const { ArrayType } = this.type;
    const buffer = this.#values.buffer.slice(0, rows * this.#width);
    const data = new ArrayType(buffer);
    this.#rows = 0;
    this.#values = new DataView(new ArrayBuffer(this.#values.byteLength));
    return makeData(
      { type: this.type, length: rows, ...this.#validity.finish(rows), data } as never,
    );
  }

  #grow(): void {
    const grown = new Uint8Array(this.#values.byteLength * 2);
    grown.set(new Uint8Array(this.#values.buffer));
    this.#values = new DataView(grown.buffer);
  }
}

/** Booleans: a byte in Postgres, a bit in Arrow. */
export class BoolBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly #validity = new ValidityBuilder();
  #bits = new Uint8Array(FIRST_ROWS);
  #rows = 0;

  constructor(type: DataType) {
    this.type = type;
  }

  append(bytes: Uint8Array, _view: DataView, at: number, length: number): void {
    const row = this.#rows++;
    if (row >> 3 >= this.#bits.length) {
      const grown = new Uint8Array(this.#bits.length * 2);
      grown.set(this.#bits);
      this.#bits = grown;
    }
    if (length < 0) this.#validity.setNull(row);
    else if (bytes[at] === 1) this.#bits[row >> 3]! |= 1 << (row & 7);
  }

  finish(): Data {
    const rows = this.#rows;
    const data = this.#bits;
    this.#rows = 0;
    this.#bits = new Uint8Array(FIRST_ROWS);
    return makeData(
      { type: this.type, length: rows, ...this.#validity.finish(rows), data } as never,
    );
  }
}

/** Strings and bytes, copied as they are after `skip` bytes. */
export class BytesBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly #skip: number;
  readonly #validity = new ValidityBuilder();
  #values = new Uint8Array(FIRST_ROWS * 8);
  #offsets = new Int32Array(FIRST_ROWS);
  #rows = 0;

  constructor(type: DataType, skip: number) {
    this.type = type;
    this.#skip = skip;
  }

  append(bytes: Uint8Array, _view: DataView, at: number, length: number): void {
    const row = this.#rows++;
    if (row + 1 >= this.#offsets.length) this.#growOffsets();
    const begin = this.#offsets[row]!;
    if (length < 0) {
      this.#validity.setNull(row);
      this.#offsets[row + 1] = begin;
      return;
    }
    const end = begin + length - this.#skip;
    if (end > this.#values.length) this.#growValues(end);
    const values = this.#values;
    const from = at + this.#skip;
    if (end - begin > 24) values.set(bytes.subarray(from, at + length), begin);
    else for (let to = begin, b = from; to < end;) values[to++] = bytes[b++]!;
    this.#offsets[row + 1] = end;
  }

  finish(): Data {
    const length = this.#rows;
    const valueOffsets = this.#offsets.slice(0, length + 1);
    const data = this.#values.slice(0, valueOffsets[length]);
    this.#rows = 0;
    this.#offsets[0] = 0;
    const validity = this.#validity.finish(length);
    return makeData({ type: this.type, length, ...validity, valueOffsets, data } as never);
  }

  #growOffsets(): void {
    const grown = new Int32Array(this.#offsets.length * 2);
    grown.set(this.#offsets);
    this.#offsets = grown;
  }

  #growValues(needed: number): void {
    if (needed > 2 ** 31 - 1) throw new UnreadableValue("a batch holds more than 2 GiB of text");
    const grown = new Uint8Array(Math.min(2 ** 31 - 1, Math.max(needed, this.#values.length * 2)));
    grown.set(this.#values);
    this.#values = grown;
  }
}

/** Nothing but nulls. */
export class NullBuilder implements ColumnBuilder {
  readonly type: DataType;
  #rows = 0;

  constructor(type: DataType) {
    this.type = type;
  }

  append(): void {
    this.#rows++;
  }

  finish(): Data {
    const length = this.#rows;
    this.#rows = 0;
    return makeData({ type: this.type, length } as never);
  }
}

/** Arrays of one dimension, the elements in a builder of their own. */
export class ListBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly #elements: ColumnBuilder;
  readonly #validity = new ValidityBuilder();
  #offsets: number[] = [0];
  #count = 0;

  constructor(type: DataType, elements: ColumnBuilder) {
    this.type = type;
    this.#elements = elements;
  }

  append(bytes: Uint8Array, view: DataView, at: number, length: number): void {
    if (length < 0) this.#validity.setNull(this.#offsets.length - 1);
    else {
      const dimensions = view.getInt32(at);
      if (dimensions > 1) {
        throw new UnreadableValue(
          `the array has ${dimensions} dimensions; cast it to text or json`,
        );
      }
      const count = dimensions === 0 ? 0 : view.getInt32(at + 12);
      let next = at + 20;
      for (let i = 0; i < count; i++) {
        const size = view.getInt32(next);
        this.#elements.append(bytes, view, next + 4, size);
        next += 4 + Math.max(0, size);
      }
      this.#count += count;
    }
    this.#offsets.push(this.#count);
  }

  finish(): Data {
    const length = this.#offsets.length - 1;
    const valueOffsets = Int32Array.from(this.#offsets);
    this.#offsets = [0];
    this.#count = 0;
    const validity = this.#validity.finish(length);
    const child = this.#elements.finish();
    return makeData({ type: this.type, length, ...validity, valueOffsets, child } as never);
  }
}
