/** The few fixed-width types whose bytes differ between DuckDB and Arrow. @module */

/** Rewrites rows of one width as rows of another. */
export interface Conversion {
  /** Bytes of a row in DuckDB. */
  readonly sourceWidth: number;
  /** Writes `count` rows of `source`, from row `start`, at the start of `target`. Rows without a
   *  value hold anything and are not judged; `isValid` tells them. */
  convert(
    source: Uint8Array<ArrayBuffer>,
    start: number,
    count: number,
    target: Uint8Array<ArrayBuffer>,
    isValid: (row: number) => boolean,
  ): void;
}

/** DuckDB's 128-bit integers, which `sum()` of integers gives, as 64 bits, checked. */
export function hugeintNarrowing(column: string, sign: "signed" | "unsigned"): Conversion {
  return {
    sourceWidth: 16,
    convert(source, start, count, target, isValid) {
      const from = new BigInt64Array(source.buffer, source.byteOffset, source.length >> 3);
      const to = new BigInt64Array(target.buffer, target.byteOffset, count);
      for (let row = 0; row < count; row++) {
        const low = from[2 * (start + row)]!;
        const high = from[2 * (start + row) + 1]!;
        to[row] = low;
        const rest = sign === "signed" && low < 0n ? -1n : 0n;
        if (high !== rest && isValid(start + row)) throw tooLarge(column, low, high, sign);
      }
    },
  };
}

function tooLarge(column: string, low: bigint, high: bigint, sign: "signed" | "unsigned") {
  const whole = (high << 64n) | BigInt.asUintN(64, low);
  const value = sign === "signed" ? whole : BigInt.asUintN(128, whole);
  return new RangeError(
    `Cannot read column \`${column}\`: ${value} does not fit 64 bits; cast it to decimal(38, 0), double or varchar`,
  );
}

/** Decimals of every width as 128 bits. */
export function decimalWidening(precision: number): Conversion | undefined {
  if (precision > 18) return undefined;
  const sourceWidth = precision > 9 ? 8 : precision > 4 ? 4 : 2;
  return {
    sourceWidth,
    convert(source, start, count, target) {
      if (sourceWidth === 8) return widen64(source, start, count, target);
      const from = sourceWidth === 4
        ? new Int32Array(source.buffer, source.byteOffset, source.length >> 2)
        : new Int16Array(source.buffer, source.byteOffset, source.length >> 1);
      const to = new Int32Array(target.buffer, target.byteOffset, count * 4);
      for (let row = 0; row < count; row++) {
        const value = from[start + row]!;
        to[4 * row] = value;
        to.fill(value >> 31, 4 * row + 1, 4 * row + 4);
      }
    },
  };
}

function widen64(
  source: Uint8Array<ArrayBuffer>,
  start: number,
  count: number,
  target: Uint8Array<ArrayBuffer>,
): void {
  const from = new Int32Array(source.buffer, source.byteOffset, source.length >> 2);
  const to = new Int32Array(target.buffer, target.byteOffset, count * 4);
  for (let row = 0; row < count; row++) {
    const high = from[2 * (start + row) + 1]!;
    to[4 * row] = from[2 * (start + row)]!;
    to[4 * row + 1] = high;
    to[4 * row + 2] = high >> 31;
    to[4 * row + 3] = high >> 31;
  }
}

/** DuckDB keeps a uuid as a 128-bit integer with its first bit turned; Arrow as written. */
export function uuidTurning(): Conversion {
  return {
    sourceWidth: 16,
    convert(source, start, count, target) {
      for (let row = 0; row < count; row++) {
        const from = 16 * (start + row);
        const to = 16 * row;
        for (let byte = 0; byte < 16; byte++) target[to + byte] = source[from + 15 - byte]!;
        target[to]! ^= 0x80;
      }
    },
  };
}

/** Months and days stay; microseconds become nanoseconds, checked. */
export function intervalWidening(column: string): Conversion {
  const limit = 2n ** 63n / 1000n;
  return {
    sourceWidth: 16,
    convert(source, start, count, target, isValid) {
      target.set(source.subarray(16 * start, 16 * (start + count)));
      const micros = new BigInt64Array(target.buffer, target.byteOffset, 2 * count);
      for (let row = 0; row < count; row++) {
        const value = micros[2 * row + 1]!;
        if ((value > limit || value < -limit) && isValid(start + row)) {
          throw new RangeError(
            `Cannot read column \`${column}\`: an interval of ${value} microseconds is too long; cast it to varchar`,
          );
        }
        micros[2 * row + 1] = value * 1000n;
      }
    },
  };
}
