/** JavaScript values into Arrow columns of a declared type; what does not fit is refused with its
 *  column, row and value. @module */
import { type Data, type DataType, type Field, makeData } from "apache-arrow";
import { bitmapBytes } from "./bitmap.ts";
import { byteWidth } from "./byte_width.ts";
import { type ColumnType, parseColumnType } from "./column_types.ts";
import { type Encoded, encoderOf } from "./value_encoder.ts";

/** One column in the making. */
export class ColumnEncoder {
  readonly field: Field;
  readonly #declared: string;
  readonly #encode: (value: unknown) => Encoded | undefined;
  #values: (Encoded | null)[] = [];
  #nulls = 0;

  /** @throws {TypeError} where the type is not known */
  constructor(column: string, declared: ColumnType) {
    this.#declared = declared;
    this.field = parseColumnType(column, declared).field;
    this.#encode = encoderOf(declared.replace(/ not null$/, ""));
  }

  /** Appends the value of a row, counted from 0; undefined is null.
   *
   * @throws {TypeError} where the value does not fit the declared type */
  append(value: unknown, row: number): void {
    if (value === null || value === undefined) {
      if (!this.field.nullable) throw this.#misfit("null", row);
      this.#nulls++;
      this.#values.push(null);
      return;
    }
    const encoded = this.#encode(value);
    if (encoded === undefined) throw this.#misfit(shown(value), row);
    this.#values.push(encoded);
  }

  /** The column of everything appended since the last call. */
  finish(): Data {
    const values = this.#values;
    const nullCount = this.#nulls;
    this.#values = [];
    this.#nulls = 0;
    const { type } = this.field;
    const nullBitmap = nullCount === 0 ? undefined : bits(values, (value) => value !== null);
    const body = columnBody(type, values);
    return makeData({ type, length: values.length, nullCount, nullBitmap, ...body } as never);
  }

  #misfit(seen: string, row: number): TypeError {
    return new TypeError(
      `Cannot put ${seen} into column \`${this.field.name}\`, row ${
        row + 1
      }: it does not fit \`${this.#declared}\``,
    );
  }
}

function columnBody(type: DataType, values: readonly (Encoded | null)[]) {
  const width = byteWidth(type);
  const first = values.find((value) => value !== null);
  if (width !== undefined && !(first instanceof Uint8Array)) return { data: fixed(type, values) };
  if (width !== undefined) return { data: joined(values, width) };
  if (typeof first === "boolean" || type.ArrayType === undefined) {
    return { data: bits(values, (value) => value === true) };
  }
  return variable(values);
}

function fixed(type: DataType, values: readonly (Encoded | null)[]): ArrayBufferView {
  const wide = byteWidth(type) === 16;
  const ArrayType = wide ? BigInt64Array : type.ArrayType;
  const data = new ArrayType(wide ? values.length * 2 : values.length);
  for (let row = 0; row < values.length; row++) {
    const value = values[row];
    if (value === null) continue;
    if (wide) {
      data[2 * row] = BigInt.asIntN(64, value as bigint);
      data[2 * row + 1] = (value as bigint) >> 64n;
    } else data[row] = value;
  }
  return wide ? new Uint32Array(data.buffer) : data;
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

function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 80));
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Promise) return "a promise";
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? "an invalid Date" : value.toISOString();
  }
  if (typeof value === "object") {
    return `${value?.constructor?.name ?? "object"} ${value}`.slice(0, 80);
  }
  return String(value);
}
