/** Postgres's numeric: a sign, a scale and digits to the base of 10,000. @module */

const BASE_DIGITS = 4;
const NEGATIVE = 0x4000;

/** `unscaled` × 10^-`scale` as Postgres sends it. */
export function encodeNumeric(unscaled: bigint, scale: number): Uint8Array {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - Math.max(scale, 0));
  const fraction = scale > 0 ? digits.slice(-scale) : "";
  const shift = scale < 0 ? "0".repeat(-scale) : "";
  const groups = [...groupsOf(leftPadded(whole + shift)), ...groupsOf(rightPadded(fraction))];
  let weight = Math.ceil((whole.length + shift.length) / BASE_DIGITS) - 1;
  while (groups.length > 0 && groups[0] === 0) {
    groups.shift();
    weight--;
  }
  while (groups.at(-1) === 0) groups.pop();
  const bytes = new Uint8Array(8 + 2 * groups.length);
  const view = new DataView(bytes.buffer);
  view.setInt16(0, groups.length);
  view.setInt16(2, groups.length > 0 ? weight : 0);
  view.setUint16(4, unscaled < 0n ? NEGATIVE : 0);
  view.setInt16(6, Math.max(scale, 0));
  groups.forEach((group, index) => view.setInt16(8 + 2 * index, group));
  return bytes;
}

function leftPadded(digits: string): string {
  return digits.padStart(Math.ceil(digits.length / BASE_DIGITS) * BASE_DIGITS, "0");
}

function rightPadded(digits: string): string {
  return digits.padEnd(Math.ceil(digits.length / BASE_DIGITS) * BASE_DIGITS, "0");
}

function groupsOf(digits: string): number[] {
  const groups: number[] = [];
  for (let at = 0; at < digits.length; at += BASE_DIGITS) {
    groups.push(Number(digits.slice(at, at + BASE_DIGITS)));
  }
  return groups;
}

/** The value of `row` in a decimal column's 32-bit words, lowest first, two's complement. */
export function decimalAt(words: Uint32Array, wordsPerValue: number, row: number): bigint {
  let value = 0n;
  for (let word = wordsPerValue - 1; word >= 0; word--) {
    value = (value << 32n) | BigInt(words[row * wordsPerValue + word]!);
  }
  return BigInt.asIntN(wordsPerValue * 32, value);
}
