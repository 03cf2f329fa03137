/** Builds Arrow columns of the cells that pages of results hold: text in JSON, whatever the type. @module */
import { type Data, DataType, type Field, makeData } from "apache-arrow";

/** What stands in a cell: text, an array's cells, a record's cells. */
type Cell = string | null | undefined | readonly { readonly v: Cell }[] | {
  readonly f: readonly { readonly v: Cell }[];
};

/** A row of a page. */
export interface PageRow {
  readonly f: readonly { readonly v: Cell }[];
}

/** The columns of a page.
 *
 * @throws {TypeError} naming the column at a value that its type cannot hold. */
export function columnsOfPage(fields: readonly Field[], rows: readonly PageRow[]): Data[] {
  return fields.map(({ name, type }, index) => {
    try {
      return columnOf(type, rows.map(({ f }) => f[index]?.v ?? null));
    } catch (cause) {
      if (!(cause instanceof Misfit)) throw cause;
      const message = `Cannot read column \`${name}\`: ${cause.message}; cast it to string`;
      throw new TypeError(message, { cause });
    }
  });
}

/** A cell that its type has no value for. */
class Misfit extends Error {}

function columnOf(type: DataType, cells: readonly Cell[]): Data {
  if (DataType.isList(type)) return listColumn(type, cells);
  const { nullBitmap, nullCount } = validity(cells);
  const shared = { type, length: cells.length, nullCount, nullBitmap } as const;
  if (DataType.isStruct(type)) {
    const children = type.children.map((child: Field, index: number) =>
      columnOf(child.type, cells.map((cell) => (cell as PageRow | null)?.f[index]?.v ?? null))
    );
    return makeData({ ...shared, type, children });
  }
  if (DataType.isUtf8(type) || DataType.isBinary(type)) {
    const encoder = new TextEncoder();
    const encode = DataType.isUtf8(type)
      ? (text: string) => encoder.encode(text)
      : (text: string) => Uint8Array.fromBase64(text);
    return makeData({ ...shared, ...bytesOf(cells, encode) } as never);
  }
  return makeData({ ...shared, data: fixedValues(type, cells) } as never);
}

/** An array is never null in BigQuery: where there is none, it is empty. */
function listColumn(type: DataType & { readonly children: Field[] }, cells: readonly Cell[]): Data {
  const valueOffsets = new Int32Array(cells.length + 1);
  const items: Cell[] = [];
  cells.forEach((cell, index) => {
    for (const { v } of (cell ?? []) as readonly { readonly v: Cell }[]) items.push(v);
    valueOffsets[index + 1] = items.length;
  });
  const child = columnOf(type.children[0]!.type, items);
  return makeData({ type, length: cells.length, nullCount: 0, valueOffsets, child } as never);
}

function validity(cells: readonly Cell[]) {
  const nullBitmap = new Uint8Array(Math.ceil(cells.length / 8));
  let nullCount = 0;
  cells.forEach((cell, index) => {
    if (cell === null || cell === undefined) nullCount++;
    else nullBitmap[index >> 3]! |= 1 << (index & 7);
  });
  return { nullBitmap, nullCount };
}

function bytesOf(cells: readonly Cell[], encode: (text: string) => Uint8Array) {
  const pieces = cells.map((cell) => typeof cell === "string" ? encode(cell) : undefined);
  const valueOffsets = new Int32Array(cells.length + 1);
  pieces.forEach((piece, index) => {
    valueOffsets[index + 1] = valueOffsets[index]! + (piece?.length ?? 0);
  });
  const data = new Uint8Array(valueOffsets[cells.length]!);
  pieces.forEach((piece, index) => piece && data.set(piece, valueOffsets[index]!));
  return { valueOffsets, data };
}

function fixedValues(type: DataType, cells: readonly Cell[]) {
  const { length } = cells;
  if (DataType.isBool(type)) {
    const bits = new Uint8Array(Math.ceil(length / 8));
    cells.forEach((cell, index) => {
      if (cell === "true") bits[index >> 3]! |= 1 << (index & 7);
    });
    return bits;
  }
  if (DataType.isFloat(type)) return filled(new Float64Array(length), cells, floatOf);
  if (DataType.isDate(type)) return filled(new Int32Array(length), cells, daysOf);
  if (DataType.isDecimal(type)) return decimals(cells, type.scale);
  return filled(new BigInt64Array(length), cells, integerOf(type));
}

function filled<Values extends { [index: number]: unknown }>(
  values: Values,
  cells: readonly Cell[],
  convert: (text: string) => Values[number],
): Values {
  cells.forEach((cell, index) => {
    if (typeof cell === "string") values[index] = convert(cell) as never;
  });
  return values;
}

function floatOf(text: string): number {
  const unsigned = text.replace(/^[+-]/, "").toLowerCase();
  if (unsigned === "inf" || unsigned === "infinity") {
    return text.startsWith("-") ? -Infinity : Infinity;
  }
  return Number(text);
}

function daysOf(text: string): number {
  const days = Date.parse(`${text}T00:00:00Z`) / 86_400_000;
  if (Number.isNaN(days)) throw new Misfit(`\`${text}\` is no date`);
  return days;
}

function integerOf(type: DataType): (text: string) => bigint {
  if (DataType.isTime(type)) return timeMicros;
  if (DataType.isTimestamp(type) && !type.timezone) return datetimeMicros;
  return BigInt;
}

/** `2021-01-01T00:30:10.000001`, or with a space. */
function datetimeMicros(text: string): bigint {
  const [date = "", time = ""] = text.split(/[T ]/);
  return BigInt(daysOf(date)) * 86_400_000_000n + timeMicros(time);
}

const TIME = /^(\d+):(\d+):(\d+)(?:\.(\d+))?$/;

function timeMicros(text: string): bigint {
  const [, hours, minutes, seconds, fraction = ""] = TIME.exec(text) ?? [];
  if (hours === undefined) throw new Misfit(`\`${text}\` is no time of day`);
  const whole = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, "0").slice(0, 6));
}

function decimals(cells: readonly Cell[], scale: number): Uint32Array {
  const words = new BigUint64Array(cells.length * 2);
  cells.forEach((cell, index) => {
    if (typeof cell !== "string") return;
    const [whole = "0", fraction = ""] = cell.split(".");
    const value = BigInt(whole + fraction.padEnd(scale, "0").slice(0, scale));
    words[2 * index] = BigInt.asUintN(64, value);
    words[2 * index + 1] = BigInt.asUintN(64, value >> 64n);
  });
  return new Uint32Array(words.buffer);
}
