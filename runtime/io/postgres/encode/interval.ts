/** Postgres's interval: microseconds, days, months, each with a sign of its own. @module */
import { type Data, IntervalUnit } from "apache-arrow";
import { UnfitValue } from "./row_block.ts";

/** Encodes the intervals of a column, whatever their unit. */
export function encodeInterval(data: Data, unit: IntervalUnit): (row: number) => Uint8Array {
  const { buffer, byteOffset, byteLength } = data.values;
  const words = new Int32Array(buffer, byteOffset, byteLength >> 2);
  switch (unit) {
    case IntervalUnit.YEAR_MONTH:
      return (row) => interval(0n, 0, words[row]!);
    case IntervalUnit.DAY_TIME:
      return (row) => interval(BigInt(words[2 * row + 1]!) * 1000n, words[2 * row]!, 0);
    case IntervalUnit.MONTH_DAY_NANO:
      return (row) => {
        const high = BigInt(words[4 * row + 3]!) << 32n;
        const nanos = high | BigInt(words[4 * row + 2]! >>> 0);
        if (nanos % 1000n !== 0n) {
          throw new UnfitValue(
            row,
            `${nanos} ns is not a whole microsecond, the least that Postgres keeps`,
          );
        }
        return interval(nanos / 1000n, words[4 * row + 1]!, words[4 * row]!);
      };
  }
}

function interval(micros: bigint, days: number, months: number): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, micros);
  view.setInt32(8, days);
  view.setInt32(12, months);
  return bytes;
}
