/** The fixed-width types whose bytes must be rewritten on their way from Arrow into DuckDB.
 *  @module */
import type { Rewrite } from "./fixed_writer.ts";

/** Integers of 32 or 64 bits times `factor`, or, where it is negative, divided by it, checked:
 *  what would be rounded or overflow is refused. */
export function scaled(column: string, factor: bigint, bitWidth: number): Rewrite {
  return {
    width: 8,
    rewrite(values, start, count, target, isValid) {
      const to = new BigInt64Array(target.buffer, target.byteOffset, count);
      for (let row = 0; row < count; row++) {
        if (!isValid(row)) continue;
        const raw = values[start + row] as number | bigint;
        const value = bitWidth === 32 ? BigInt(raw) : raw as bigint;
        to[row] = factor > 0n ? times(column, value, factor) : divided(column, value, -factor);
      }
    },
  };
}

function times(column: string, value: bigint, factor: bigint): bigint {
  const product = value * factor;
  if (BigInt.asIntN(64, product) === product) return product;
  throw new RangeError(
    `Cannot lend column \`${column}\` to DuckDB: ${value} is out of range in microseconds`,
  );
}

function divided(column: string, value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  if (quotient * divisor === value) return quotient;
  throw new RangeError(
    `Cannot lend column \`${column}\` to DuckDB: ${value} nanoseconds would lose digits, since DuckDB counts microseconds here`,
  );
}

/** Arrow's date of 64 bits, in milliseconds, as days. */
export function dateFromMilliseconds(): Rewrite {
  const day = 86_400_000n;
  return {
    width: 4,
    rewrite(values, start, count, target) {
      const to = new Int32Array(target.buffer, target.byteOffset, count);
      for (let row = 0; row < count; row++) {
        const value = values[start + row] as bigint;
        const days = value / day;
        to[row] = Number(value < 0n && days * day !== value ? days - 1n : days);
      }
    },
  };
}

/** Half-precision floats as single ones, exactly. */
export function floatFromHalf(): Rewrite {
  return {
    width: 4,
    rewrite(values, start, count, target) {
      const to = new Float32Array(target.buffer, target.byteOffset, count);
      for (let row = 0; row < count; row++) to[row] = half(values[start + row] as number);
    },
  };
}

/** The number that 16 bits of half precision stand for. */
export function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Decimals in the width that DuckDB keeps for their number of digits. */
export function decimalResizing(precision: number, bitWidth: number): Rewrite | undefined {
  const width = precision > 18 ? 16 : precision > 9 ? 8 : precision > 4 ? 4 : 2;
  const sourceWords = bitWidth / 32;
  if (width === 16 && sourceWords === 4) return undefined;
  return {
    width,
    rewrite(values, start, count, target) {
      const from = values as Uint32Array;
      if (width === 2) {
        const to = new Int16Array(target.buffer, target.byteOffset, count);
        for (let row = 0; row < count; row++) to[row] = from[(start + row) * sourceWords]!;
        return;
      }
      const words = width / 4;
      const to = new Int32Array(target.buffer, target.byteOffset, count * words);
      for (let row = 0; row < count; row++) {
        const source = (start + row) * sourceWords;
        const sign = from[source + sourceWords - 1]! | 0;
        for (let word = 0; word < words; word++) {
          to[row * words + word] = word < sourceWords ? from[source + word]! : sign >> 31;
        }
      }
    },
  };
}

/** A uuid's 16 bytes as DuckDB's 128-bit integer, whose first bit is turned. */
export function uuidFromBytes(): Rewrite {
  return {
    width: 16,
    rewrite(values, start, count, target) {
      for (let row = 0; row < count; row++) {
        const from = 16 * (start + row);
        for (let byte = 0; byte < 16; byte++) {
          target[16 * row + 15 - byte] = values[from + byte] as number;
        }
        target[16 * row + 15]! ^= 0x80;
      }
    },
  };
}

/** Arrow's month-day-nanosecond intervals with microseconds instead, checked. */
export function intervalNarrowing(column: string): Rewrite {
  return {
    width: 16,
    rewrite(values, start, count, target, isValid) {
      const from = values as Int32Array;
      const words = new Int32Array(target.buffer, target.byteOffset, 4 * count);
      const longs = new BigInt64Array(target.buffer, target.byteOffset, 2 * count);
      words.set(from.subarray(4 * start, 4 * (start + count)));
      for (let row = 0; row < count; row++) {
        if (isValid(row)) longs[2 * row + 1] = divided(column, longs[2 * row + 1]!, 1000n);
      }
    },
  };
}

/** Intervals of whole months. */
export function intervalFromMonths(): Rewrite {
  return {
    width: 16,
    rewrite(values, start, count, target) {
      const words = new Int32Array(target.buffer, target.byteOffset, 4 * count);
      words.fill(0);
      for (let row = 0; row < count; row++) words[4 * row] = values[start + row] as number;
    },
  };
}

/** Intervals of days and milliseconds. */
export function intervalFromDayTime(): Rewrite {
  return {
    width: 16,
    rewrite(values, start, count, target) {
      const words = new Int32Array(target.buffer, target.byteOffset, 4 * count);
      const longs = new BigInt64Array(target.buffer, target.byteOffset, 2 * count);
      for (let row = 0; row < count; row++) {
        words[4 * row] = 0;
        words[4 * row + 1] = values[2 * (start + row)] as number;
        longs[2 * row + 1] = BigInt(values[2 * (start + row) + 1]!) * 1000n;
      }
    },
  };
}

/** Durations of any unit as intervals of microseconds. */
export function intervalFromDuration(column: string, unit: number): Rewrite {
  const factor = [1_000_000n, 1_000n, 1n, -1_000n][unit]!;
  return {
    width: 16,
    rewrite(values, start, count, target, isValid) {
      const longs = new BigInt64Array(target.buffer, target.byteOffset, 2 * count);
      longs.fill(0n);
      for (let row = 0; row < count; row++) {
        if (!isValid(row)) continue;
        const value = values[start + row] as bigint;
        longs[2 * row + 1] = factor > 0n
          ? times(column, value, factor)
          : divided(column, value, -factor);
      }
    },
  };
}
