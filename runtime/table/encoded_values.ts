/** Values as their column stores them, on their way into Arrow's buffers. @module */
import { DataType } from "apache-arrow";
import { bitmapBytes } from "./bitmap.ts";
import { byteWidth } from "./byte_width.ts";
import type { Encoded } from "./value_encoder.ts";

/** What `makeData` makes a column of. */
export interface ColumnBody {
  readonly length: number;
  readonly nullCount: number;
  readonly nullBitmap: Uint8Array | undefined;
  readonly valueOffsets?: Int32Array;
  readonly data: ArrayBufferView;
}

/** The values of one column in the making. */
export interface EncodedValues {
  push(value: Encoded | null): void;
  /** Everything since the last call. */
  take(): ColumnBody;
}

/** An empty column of `type`. */
export function encodedValues(type: DataType): EncodedValues {
  const isNumber = DataType.isInt(type) || DataType.isFloat(type) || DataType.isDate(type) ||
    DataType.isTime(type) || DataType.isTimestamp(type);
  return isNumber ? new NumberValues(type) : new ListedValues(type);
}

type Numbers = Float64Array<ArrayBuffer> | BigInt64Array<ArrayBuffer>;

/** Numbers go to their place at once: in a list each would be an object for the collector. */
class NumberValues implements EncodedValues {
  readonly #type: DataType;
  #values: Numbers;
  #nulls: number[] = [];
  #length = 0;

  constructor(type: DataType) {
    this.#type = type;
    this.#values = new type.ArrayType(0);
  }

  push(value: Encoded | null): void {
    if (this.#length === this.#values.length) this.#grow();
    if (value === null) this.#nulls.push(this.#length);
    else this.#values[this.#length] = value as never;
    this.#length++;
  }

  take(): ColumnBody {
    const length = this.#length;
    const nulls = this.#nulls;
    const data = this.#values.subarray(0, length);
    this.#values = new this.#type.ArrayType(length);
    this.#nulls = [];
    this.#length = 0;
    return { length, nullCount: nulls.length, nullBitmap: bitsWithout(nulls, length), data };
  }

  #grow(): void {
    const larger: Numbers = new this.#type.ArrayType(Math.max(64, this.#values.length * 2));
    larger.set(this.#values as never);
    this.#values = larger;
  }
}

function bitsWithout(nulls: readonly number[], length: number): Uint8Array | undefined {
  if (nulls.length === 0) return undefined;
  const bits = new Uint8Array(bitmapBytes(length)).fill(255);
  for (const row of nulls) bits[row >> 3]! &= ~(1 << (row & 7));
  return bits;
}

/** Values of any other type wait in a list until their number is known. */
class ListedValues implements EncodedValues {
  readonly #type: DataType;
  #values: (Encoded | null)[] = [];

  constructor(type: DataType) {
    this.#type = type;
  }

  push(value: Encoded | null): void {
    this.#values.push(value);
  }

  take(): ColumnBody {
    const values = this.#values;
    this.#values = [];
    const length = values.length;
    const nullCount = values.filter((value) => value === null).length;
    const nullBitmap = nullCount === 0 ? undefined : bits(values, (value) => value !== null);
    return { length, nullCount, nullBitmap, ...columnBody(this.#type, values) };
  }
}

/** Decimals and what has no number: of sixteen bytes, of one bit or of any length. */
function columnBody(type: DataType, values: readonly (Encoded | null)[]) {
  const width = byteWidth(type);
  const first = values.find((value) => value !== null);
  if (width !== undefined && first instanceof Uint8Array) return { data: joined(values, width) };
  if (width !== undefined) return { data: decimals(values as readonly (bigint | null)[]) };
  if (DataType.isBool(type)) return { data: bits(values, (value) => value === true) };
  return variable(values);
}

function decimals(values: readonly (bigint | null)[]): Uint32Array {
  const halves = new BigInt64Array(values.length * 2);
  values.forEach((value, row) => {
    if (value === null) return;
    halves[2 * row] = BigInt.asIntN(64, value);
    halves[2 * row + 1] = value >> 64n;
  });
  return new Uint32Array(halves.buffer);
}

function joined(values: readonly (Encoded | null)[], width: number): Uint8Array {
  const data = new Uint8Array(values.length * width);
  values.forEach((value, row) => {
    if (value !== null) data.set(value as Uint8Array, row * width);
  });
  return data;
}

function variable(values: readonly (Encoded | null)[]) {
  const valueOffsets = new Int32Array(values.length + 1);
  for (let row = 0; row < values.length; row++) {
    valueOffsets[row + 1] = valueOffsets[row]! + ((values[row] as Uint8Array | null)?.length ?? 0);
  }
  const data = new Uint8Array(valueOffsets[values.length]!);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value !== null) data.set(value as Uint8Array, valueOffsets[row]!);
  }
  return { valueOffsets, data };
}

function bits(
  values: readonly (Encoded | null)[],
  isSet: (value: Encoded | null) => boolean,
): Uint8Array {
  const set = new Uint8Array(bitmapBytes(values.length));
  for (let row = 0; row < values.length; row++) {
    if (isSet(values[row]!)) set[row >> 3]! |= 1 << (row & 7);
  }
  return set;
}
