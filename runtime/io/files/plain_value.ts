/** Values out of the bytes of plain CSV, exactly as DuckDB reads them; NaN for every text that is not in
 *  the shortest common spelling. Pure. @module */

const ZERO = 48;
const MINUS = 45;
const DOT = 46;
const COLON = 58;
const SPACE = 32;
/** Digits that a number holds exactly, and powers of ten that it does: their quotient is rounded once,
 *  so it is the number nearest to the text. */
const EXACT_DIGITS = 15;
const POWERS = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, power) => 10 ** power);

/** `0`, `12`, `-7`; of at most 15 digits. */
export function readWhole(bytes: Uint8Array, from: number, end: number): number {
  const isNegative = bytes[from] === MINUS;
  let at = isNegative ? from + 1 : from;
  const digits = end - at;
  if (digits < 1 || digits > EXACT_DIGITS || (digits > 1 && bytes[at] === ZERO)) return NaN;
  let value = 0;
  for (; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return isNegative && value !== 0 ? -value : value;
}

/** `0.5`, `.5`, `12`, `-7.25`; of any number of digits. */
export function readFloat(bytes: Uint8Array, from: number, end: number): number {
  const isNegative = bytes[from] === MINUS;
  const start = isNegative ? from + 1 : from;
  let value = 0;
  let dot = -1;
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) value = value * 10 + digit;
    else if (bytes[at] === DOT && dot < 0) dot = at;
    else return NaN;
  }
  const whole = (dot < 0 ? end : dot) - start;
  const decimals = dot < 0 ? 0 : end - dot - 1;
  if ((dot < 0 ? whole : decimals) < 1 || (whole > 1 && bytes[start] === ZERO)) return NaN;
  if (whole + decimals > EXACT_DIGITS) return Number(latin1(bytes, from, end));
  if (decimals > 0) value /= POWERS[decimals]!;
  return isNegative ? -value : value;
}

function latin1(bytes: Uint8Array, from: number, end: number): string {
  return String.fromCharCode.apply(null, bytes.subarray(from, end) as unknown as number[]);
}

/** `2021-01-31` as days since 1970. */
export function readDate(bytes: Uint8Array, from: number, end: number): number {
  return end - from === 10 ? dayAt(bytes, from) : NaN;
}

/** ` 23:59:59`, as it stands behind a date, as microseconds. */
export function readTime(bytes: Uint8Array, from: number, end: number): number {
  const isSpelt = end - from === 9 && bytes[from] === SPACE && bytes[from + 3] === COLON &&
    bytes[from + 6] === COLON;
  if (!isSpelt) return NaN;
  const hour = twoDigits(bytes, from + 1);
  const minute = twoDigits(bytes, from + 4);
  const second = twoDigits(bytes, from + 7);
  if (!(hour < 24 && minute < 60 && second < 60)) return NaN;
  return (hour * 3600 + minute * 60 + second) * 1_000_000;
}

/** The day that ten bytes spell. The days of a month are counted from 1 March, so that a leap day is the
 *  last of its year. */
function dayAt(bytes: Uint8Array, from: number): number {
  const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
  const month = twoDigits(bytes, from + 5);
  const day = twoDigits(bytes, from + 8);
  const isSpelt = bytes[from + 4] === MINUS && bytes[from + 7] === MINUS && year >= 1;
  if (!isSpelt || !(month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) {
    return NaN;
  }
  const years = month > 2 ? year : year - 1;
  const months = month > 2 ? month - 3 : month + 9;
  const leapDays = Math.floor(years / 4) - Math.floor(years / 100) + Math.floor(years / 400);
  return 365 * years + leapDays + Math.floor((153 * months + 2) / 5) + day - 719_469;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - ZERO;
  const ones = bytes[at + 1]! - ZERO;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}
