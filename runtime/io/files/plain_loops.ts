/** Loops over the fields of one column of plain CSV, one for each way that values lie in memory: with a call
 *  for each value, or an array of several kinds, they would take twice as long. @module */
import { NotPlain } from "./plain_fields.ts";
import type { Nulls } from "./plain_nulls.ts";
import { readDate, readFloat, readTime, readWhole } from "./plain_value.ts";

/** Fields of one column: the first begins at `bounds[first]`, each next `stride` places on. A field ends one
 *  byte before `bounds` says that the next begins. */
export interface FieldRun {
  readonly bytes: Uint8Array;
  readonly bounds: Int32Array;
  readonly first: number;
  readonly stride: number;
  readonly count: number;
}

/** Puts the values of `run` into `values` from `row` on.
 *
 * @throws {NotPlain} at a value that it does not know */
export type Loop<Values> = (run: FieldRun, values: Values, row: number, nulls: Nulls) => void;

const ZERO = 48;
const MINUS = 45;
const DOT = 46;
/** Any number of this many characters is exact in 32 bits. */
const SHORT = 9;
const POWERS = Float64Array.from({ length: SHORT + 1 }, (_, power) => 10 ** power);
const TWO_32 = 2 ** 32;
const DATE_LENGTH = 10;
const MICROS_PER_DAY = 86_400_000_000;

/** Numbers with a fraction or without, in 64 bits. */
export const readFloats: Loop<Float64Array> = (run, values, row, nulls) => {
  const { bytes, bounds, first, stride, count } = run;
  for (let field = first, end = row + count; row < end; row++, field += stride) {
    const from = bounds[field]!;
    const to = bounds[field + 1]! - 1;
    if (from === to) nulls.add(row);
    else if (to - from <= SHORT) values[row] = shortFloat(bytes, from, to);
    else values[row] = known(readFloat(bytes, from, to));
  }
};

/** As `readFloat`, for the short texts that most numbers are. */
function shortFloat(bytes: Uint8Array, from: number, end: number): number {
  const isNegative = bytes[from] === MINUS;
  const start = isNegative ? from + 1 : from;
  let value = 0;
  let at = start;
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) break;
    value = Math.imul(value, 10) + digit;
  }
  const whole = at - start;
  if (whole > 1 && bytes[start] === ZERO) throw new NotPlain();
  if (at === end) {
    if (whole === 0) throw new NotPlain();
    return isNegative ? -value : value;
  }
  const decimals = end - at - 1;
  if (bytes[at] !== DOT || decimals === 0) throw new NotPlain();
  while (++at < end) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) throw new NotPlain();
    value = Math.imul(value, 10) + digit;
  }
  const quotient = value / POWERS[decimals]!;
  return isNegative ? -quotient : quotient;
}

/** Whole numbers of up to 32 bits, between two that are still taken. */
export function readWholes(
  least: number,
  greatest: number,
): Loop<Int8Array | Int16Array | Int32Array | Uint8Array | Uint16Array | Uint32Array> {
  return (run, values, row, nulls) => {
    const { bytes, bounds, first, stride, count } = run;
    for (let field = first, end = row + count; row < end; row++, field += stride) {
      const from = bounds[field]!;
      const to = bounds[field + 1]! - 1;
      if (from === to) {
        nulls.add(row);
        continue;
      }
      const value = readWhole(bytes, from, to);
      if (!(value >= least && value <= greatest)) throw new NotPlain();
      values[row] = value;
    }
  };
}

/** Whole numbers of 64 bits, of which only those that a number holds exactly are taken. */
export function readLongs(least: number): Loop<BigInt64Array | BigUint64Array> {
  return (run, values, row, nulls) => {
    const { bytes, bounds, first, stride, count } = run;
    const halves = new Int32Array(values.buffer);
    for (let field = first, end = row + count; row < end; row++, field += stride) {
      const from = bounds[field]!;
      const to = bounds[field + 1]! - 1;
      if (from === to) {
        nulls.add(row);
        continue;
      }
      const value = readWhole(bytes, from, to);
      if (!(value >= least)) throw new NotPlain();
      const high = Math.floor(value / TWO_32);
      halves[2 * row] = value - high * TWO_32;
      halves[2 * row + 1] = high;
    }
  };
}

/** `2021-01-31` as days since 1970. */
export const readDates: Loop<Int32Array> = (run, values, row, nulls) => {
  const { bytes, bounds, first, stride, count } = run;
  for (let field = first, end = row + count; row < end; row++, field += stride) {
    const from = bounds[field]!;
    const to = bounds[field + 1]! - 1;
    if (from === to) nulls.add(row);
    else values[row] = known(readDate(bytes, from, to));
  }
};

/** `2021-01-31 23:59:59` as microseconds since 1970. Rows near each other are often of one day, whose text is
 *  compared more quickly than read. */
export const readTimestamps: Loop<BigInt64Array> = (run, values, row, nulls) => {
  const { bytes, bounds, first, stride, count } = run;
  const halves = new Int32Array(values.buffer);
  let dayFrom = -1;
  let dayMicros = 0;
  for (let field = first, end = row + count; row < end; row++, field += stride) {
    const from = bounds[field]!;
    const to = bounds[field + 1]! - 1;
    if (from === to) {
      nulls.add(row);
      continue;
    }
    const micros = known(readTime(bytes, from + DATE_LENGTH, to));
    if (dayFrom < 0 || !isSameDate(bytes, from, dayFrom)) {
      dayMicros = known(readDate(bytes, from, from + DATE_LENGTH)) * MICROS_PER_DAY;
      dayFrom = from;
    }
    const value = dayMicros + micros;
    const high = Math.floor(value / TWO_32);
    halves[2 * row] = value - high * TWO_32;
    halves[2 * row + 1] = high;
  }
};

/** Days differ at their end first. */
function isSameDate(bytes: Uint8Array, one: number, other: number): boolean {
  let at = DATE_LENGTH - 1;
  while (at >= 0 && bytes[one + at] === bytes[other + at]) at--;
  return at < 0;
}

/** A value that was read, unless the text was none. */
function known(value: number): number {
  if (Number.isNaN(value)) throw new NotPlain();
  return value;
}
