/** Values that rows have as text: decimals, times, intervals and uuids. @module */
import { IntervalUnit } from "apache-arrow";

/** A decimal with all the digits of its scale: `"-12.50"`. */
export function decimalText(
  words: Uint32Array,
  row: number,
  wordsPerRow: number,
  scale: number,
): string {
  let value = 0n;
  for (let word = wordsPerRow - 1; word >= 0; word--) {
    value = (value << 32n) | BigInt(words[row * wordsPerRow + word]!);
  }
  value = BigInt.asIntN(32 * wordsPerRow, value);
  const sign = value < 0n ? "-" : "";
  const digits = String(value < 0n ? -value : value);
  if (scale <= 0) return sign + digits + "0".repeat(digits === "0" ? 0 : -scale);
  const padded = digits.padStart(scale + 1, "0");
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** A time of day: `"09:05:00"`, with a fraction where there is one: `"09:05:00.25"`.
 *
 * @param unit 0 for seconds, 1 milli-, 2 micro-, 3 nanoseconds */
export function timeText(value: bigint, unit: number): string {
  const digits = unit * 3;
  const perSecond = 10n ** BigInt(digits);
  const seconds = value / perSecond;
  const two = (part: bigint) => String(part).padStart(2, "0");
  const clock = `${two(seconds / 3600n)}:${two((seconds / 60n) % 60n)}:${two(seconds % 60n)}`;
  const fraction = value % perSecond;
  if (fraction === 0n) return clock;
  return `${clock}.${String(fraction).padStart(digits, "0").replace(/0+$/, "")}`;
}

/** An interval as an ISO 8601 duration: `"P1M2DT3.5S"`. */
export function intervalText(values: Int32Array, row: number, unit: number): string {
  if (unit === IntervalUnit.YEAR_MONTH) return duration(values[row]!, 0, 0n);
  if (unit === IntervalUnit.DAY_TIME) {
    return duration(0, values[2 * row]!, BigInt(values[2 * row + 1]!) * 1_000_000n);
  }
  const [months, days] = [values[4 * row]!, values[4 * row + 1]!];
  const nanoseconds = (BigInt(values[4 * row + 3]!) << 32n) | BigInt(values[4 * row + 2]! >>> 0);
  return duration(months, days, nanoseconds);
}

function duration(months: number, days: number, nanoseconds: bigint): string {
  const date = `${months === 0 ? "" : `${months}M`}${days === 0 ? "" : `${days}D`}`;
  if (nanoseconds === 0n) return date === "" ? "PT0S" : `P${date}`;
  const sign = nanoseconds < 0n ? "-" : "";
  const digits = String(nanoseconds < 0n ? -nanoseconds : nanoseconds).padStart(10, "0");
  const fraction = digits.slice(-9).replace(/0+$/, "");
  return `P${date}T${sign}${digits.slice(0, -9)}${fraction === "" ? "" : `.${fraction}`}S`;
}

/** A uuid in its usual form, of 16 bytes. */
export function uuidText(bytes: Uint8Array): string {
  const hex = bytes.toHex();
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join("-");
}
