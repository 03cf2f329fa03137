/** What JavaScript values become for each declared type. @module */

/** A value as its column stores it. */
export type Encoded = number | bigint | boolean | Uint8Array;

/** Gives the stored value, or undefined where the value does not fit. */
type Encoder = (value: unknown) => Encoded | undefined;

const text = new TextEncoder();

/** The encoder for a declared type, without its `not null`. */
export function encoderOf(name: string): Encoder {
  const decimal = /^decimal\((\d+), ?(\d+)\)$/.exec(name);
  if (decimal) return decimalEncoder(Number(decimal[1]), Number(decimal[2]));
  const integer = /^(u?)int(\d+)$/.exec(name);
  if (integer) return integerEncoder(integer[1] === "", Number(integer[2]));
  return ENCODERS[name]!;
}

const ENCODERS: Readonly<Record<string, Encoder>> = {
  float32: float,
  float64: float,
  boolean: (value) => typeof value === "boolean" ? value : undefined,
  string: (value) => typeof value === "string" ? text.encode(value) : undefined,
  binary: (value) => value instanceof Uint8Array ? value : undefined,
  date: dateDays,
  time: timeMicros,
  timestamp: timestampMicros,
  timestamptz: instantMicros,
  uuid: uuidBytes,
  json: jsonText,
};

function integerEncoder(isSigned: boolean, width: number): Encoder {
  const least = isSigned ? -(2n ** BigInt(width - 1)) : 0n;
  const most = 2n ** BigInt(isSigned ? width - 1 : width) - 1n;
  const [low, high] = [Number(least), Number(most)];
  return (value) => {
    if (typeof value === "number") {
      if (!Number.isSafeInteger(value) || value < low || value > high) return undefined;
      return width === 64 ? BigInt(value) : value;
    }
    if (typeof value !== "bigint" || value < least || value > most) return undefined;
    return width === 64 ? value : Number(value);
  };
}

function float(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "bigint" ? Number(value) : undefined;
}

function decimalEncoder(precision: number, scale: number): Encoder {
  const limit = 10n ** BigInt(precision);
  return (value) => {
    const isNumber = typeof value === "number" || typeof value === "bigint";
    if (!isNumber && typeof value !== "string") return undefined;
    const parts = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(isNumber ? String(value) : value.trim());
    const digits = `${parts?.[2] ?? ""}${parts?.[3] ?? ""}`;
    if (!parts || digits === "") return undefined;
    const fraction = (parts[3] ?? "").replace(/0+$/, "");
    if (fraction.length > scale) return undefined;
    const unsigned = BigInt(`${parts[2]}${fraction.padEnd(scale, "0")}` || "0");
    if (unsigned >= limit) return undefined;
    return parts[1] === "-" ? -unsigned : unsigned;
  };
}

const DAY_MS = 86_400_000;

/** A Date is taken for its day in UTC, and must stand at that day's beginning. */
function dateDays(value: unknown): number | undefined {
  if (value instanceof Date) {
    const days = value.getTime() / DAY_MS;
    return Number.isInteger(days) ? days : undefined;
  }
  const date = value instanceof Temporal.PlainDate
    ? value
    : parsed(value, (from) => Temporal.PlainDate.from(from));
  return date && Math.round(date.toZonedDateTime("UTC").epochMilliseconds / DAY_MS);
}

function timeMicros(value: unknown): bigint | undefined {
  const time = value instanceof Temporal.PlainTime
    ? value
    : parsed(value, (from) => Temporal.PlainTime.from(from));
  if (!time) return undefined;
  const seconds = (time.hour * 60 + time.minute) * 60 + time.second;
  if (time.nanosecond !== 0) return undefined;
  return BigInt(seconds * 1_000_000 + time.millisecond * 1000 + time.microsecond);
}

function timestampMicros(value: unknown): bigint | undefined {
  if (value instanceof Date) return dateMicros(value);
  const time = value instanceof Temporal.PlainDateTime
    ? value
    : parsed(value, (from) => Temporal.PlainDateTime.from(from));
  return time && wholeMicros(time.toZonedDateTime("UTC").epochNanoseconds);
}

function instantMicros(value: unknown): bigint | undefined {
  if (value instanceof Date) return dateMicros(value);
  const isInstant = value instanceof Temporal.Instant || value instanceof Temporal.ZonedDateTime;
  const time = isInstant ? value : parsed(value, (from) => Temporal.Instant.from(from));
  return time && wholeMicros(time.epochNanoseconds);
}

function dateMicros(value: Date): bigint | undefined {
  const time = value.getTime();
  return Number.isNaN(time) ? undefined : BigInt(time) * 1000n;
}

function wholeMicros(nanoseconds: bigint): bigint | undefined {
  return nanoseconds % 1000n === 0n ? nanoseconds / 1000n : undefined;
}

function parsed<Result>(value: unknown, parse: (text: string) => Result): Result | undefined {
  if (typeof value !== "string") return undefined;
  try {
    return parse(value);
  } catch {
    return undefined;
  }
}

function uuidBytes(value: unknown): Uint8Array | undefined {
  const isUuid = typeof value === "string" &&
    /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);
  return isUuid ? Uint8Array.fromHex(value.replaceAll("-", "")) : undefined;
}

/** A string is JSON text already; anything else is written as JSON. */
function jsonText(value: unknown): Uint8Array | undefined {
  if (typeof value === "string") {
    return parsed(value, (from) => (JSON.parse(from), text.encode(from)));
  }
  try {
    const written = JSON.stringify(value);
    return written === undefined ? undefined : text.encode(written);
  } catch {
    return undefined;
  }
}
