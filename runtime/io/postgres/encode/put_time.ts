/** How dates and times become Postgres's: counted from 2000, in days or microseconds. @module */
import { type Data, DataType, DateUnit, type Time, type Timestamp, TimeUnit } from "apache-arrow";
import { EPOCH_DAYS, EPOCH_MICROS } from "../oids.ts";
import type { FixedWidth, Put, PutAll } from "./fixed_encoder.ts";
import { halvesOf, put64 } from "./put_number.ts";
import { type RowBlock, UnfitValue } from "./row_block.ts";

/** The years that Postgres can tell: 4713 BC to 5874897 for dates, to 294276 for timestamps. */
const FIRST_DAY = -2_451_545;
const LAST_DAY = 2_145_031_948;
const FIRST_MICRO = -211_813_488_000_000_000n;
const LAST_MICRO = 9_223_371_331_199_999_999n;
const DAY_MICROS = 86_400_000_000n;
const DAY_MS = 86_400_000n;
const TWO_32 = 2 ** 32;
/** High halves between these keep the sum exact in a double and inside Postgres's range. */
const SAFE_HIGH = 2 ** 20;

/** A date of days or milliseconds. */
export function putDate(data: Data): Put {
  if (DataType.isDate(data.type) && data.type.unit === DateUnit.DAY) {
    const days = data.values as Int32Array;
    return ({ view }, at, row) => view.setInt32(at, dayInRange(days[row]! - EPOCH_DAYS, row));
  }
  const milliseconds = wide(data);
  return ({ view }, at, row) => {
    const value = milliseconds[row]!;
    if (value % DAY_MS !== 0n) {
      throw new UnfitValue(row, `the date has a time of day (${value} ms since 1970)`);
    }
    view.setInt32(at, dayInRange(Number(value / DAY_MS) - EPOCH_DAYS, row));
  };
}

/** A time of day in any unit. */
export function putTime(data: Data): Put {
  const toMicros = microsFrom((data.type as Time).unit);
  const values = data.values as Int32Array | BigInt64Array;
  return (block, at, row) => {
    const micros = toMicros(BigInt(values[row]!), row);
    if (micros < 0n || micros > DAY_MICROS) {
      throw new UnfitValue(row, `${micros} µs is no time of day`);
    }
    put64(block, at, row, micros);
  };
}

/** A timestamp in any unit; microseconds, which most are, without bigints. */
export function putTimestamp(data: Data): FixedWidth {
  const { unit } = data.type as Timestamp;
  const exact = putExactTimestamp(wide(data), microsFrom(unit));
  if (unit !== TimeUnit.MICROSECOND) return { width: 8, put: exact };
  const halves = halvesOf(data);
  const put: Put = (block, at, row) => {
    const high = halves[2 * row + 1]!;
    if (high >= SAFE_HIGH || high <= -SAFE_HIGH) exact(block, at, row);
    else putMicros(block, at, high, halves[2 * row]!);
  };
  const putAll: PutAll = (block, start, count) => {
    const { view, places } = block;
    for (let i = 0; i < count; i++) {
      const at = places[i]!;
      view.setInt32(at, 8);
      put(block, at + 4, start + i);
      places[i] = at + 12;
    }
  };
  return { width: 8, put, putAll };
}

/** The microseconds of two halves, counted from 2000. */
function putMicros({ view }: RowBlock, at: number, high: number, low: number): void {
  const micros = high * TWO_32 + (low >>> 0) - EPOCH_MICROS;
  const highOut = Math.floor(micros / TWO_32);
  view.setInt32(at, highOut);
  view.setInt32(at + 4, micros - highOut * TWO_32);
}

function putExactTimestamp(
  values: BigInt64Array,
  toMicros: (value: bigint, row: number) => bigint,
): Put {
  return (block, at, row) => {
    const micros = toMicros(values[row]!, row) - BigInt(EPOCH_MICROS);
    if (micros < FIRST_MICRO || micros > LAST_MICRO) {
      throw new UnfitValue(row, "the timestamp lies outside Postgres's 4713 BC to 294276 AD");
    }
    put64(block, at, row, micros);
  };
}

/** Whole microseconds from a unit; what would lose digits is refused. */
function microsFrom(unit: TimeUnit): (value: bigint, row: number) => bigint {
  switch (unit) {
    case TimeUnit.SECOND:
      return (value) => value * 1_000_000n;
    case TimeUnit.MILLISECOND:
      return (value) => value * 1000n;
    case TimeUnit.MICROSECOND:
      return (value) => value;
    case TimeUnit.NANOSECOND:
      return (value, row) => {
        if (value % 1000n === 0n) return value / 1000n;
        throw new UnfitValue(
          row,
          `${value} ns is not a whole microsecond, the least that Postgres keeps`,
        );
      };
  }
}

function dayInRange(day: number, row: number): number {
  if (day >= FIRST_DAY && day <= LAST_DAY) return day;
  throw new UnfitValue(row, "the date lies outside Postgres's 4713 BC to 5874897 AD");
}

function wide(data: Data): BigInt64Array {
  const { buffer, byteOffset, byteLength } = data.values;
  return new BigInt64Array(buffer, byteOffset, byteLength >> 3);
}
