/** The execution dates of a backfill. Pure. @module */
import { RequestError } from "../run/request_error.ts";

export const BACKFILL_UNITS = ["minute", "hour", "day", "week", "month", "year"] as const;
export type BackfillUnit = (typeof BACKFILL_UNITS)[number];

/** Which dates are asked for. */
export interface BackfillSpan {
  readonly pipeline: string;
  /** As `2024-01-12` or `2024-01-12T06:00`, on the clocks of `zone`. */
  readonly start: string;
  /** Inclusive: the last execution date is not after it. */
  readonly end: string;
  /** So many units lie between two dates; 1 unless given. */
  readonly interval?: number | undefined;
  /** `day` unless given. */
  readonly unit?: BackfillUnit | undefined;
  /** UTC unless given. */
  readonly zone?: string | undefined;
}

/** One date, and the one after it, at which its interval ends. */
export interface PlannedDate {
  readonly executionDate: string;
  readonly intervalEnd: string;
}

const MOST_DATES = 10_000;

/** The execution dates, in order: a preview, and what `startBackfill` makes runs of. Every date counts from
 *  the start, so that monthly ones from the 31st are the last of their months.
 *
 * @throws {RequestError} where the span cannot be, or has more dates than 10,000.
 *
 * @example
 * ```ts
 * import { planBackfill } from "./backfill_dates.ts";
 * const dates = planBackfill({ pipeline: "taxi", start: "2024-01-31", end: "2024-03-31", unit: "month" });
 * console.log(dates.map(({ executionDate }) => executionDate.slice(0, 10)));
 * // ["2024-01-31", "2024-02-29", "2024-03-31"]
 * ``` */
export function planBackfill(span: BackfillSpan): readonly PlannedDate[] {
  const { pipeline, interval = 1, unit = "day", zone = "UTC" } = span;
  const refuse = (why: string): never => {
    throw new RequestError(`Cannot backfill ${pipeline}: ${why}`);
  };
  if (!Number.isInteger(interval) || interval < 1) {
    refuse(`the interval is ${interval}; give a whole number from 1`);
  }
  if (!BACKFILL_UNITS.includes(unit)) {
    refuse(`the unit is ${JSON.stringify(unit)}; give one of ${BACKFILL_UNITS.join(", ")}`);
  }
  const start = zonedFrom("start", span.start, zone, refuse);
  const end = zonedFrom("end", span.end, zone, refuse);
  if (Temporal.ZonedDateTime.compare(start, end) > 0) {
    refuse(`start ${span.start} is after end ${span.end}`);
  }
  const dateAt = (index: number) => start.add({ [`${unit}s`]: index * interval });
  const dates: PlannedDate[] = [];
  for (let date = dateAt(0); Temporal.ZonedDateTime.compare(date, end) <= 0;) {
    if (dates.length === MOST_DATES) {
      refuse(
        `from ${span.start} to ${span.end} there are more than ${MOST_DATES} dates; backfill in parts`,
      );
    }
    const next = dateAt(dates.length + 1);
    dates.push({ executionDate: date.toString(), intervalEnd: next.toString() });
    date = next;
  }
  return dates;
}

function zonedFrom(
  name: string,
  text: string,
  zone: string,
  refuse: (why: string) => never,
): Temporal.ZonedDateTime {
  try {
    new Intl.DateTimeFormat("en", { timeZone: zone });
  } catch {
    refuse(`there is no time zone ${JSON.stringify(zone)}; give one such as Europe/Berlin`);
  }
  try {
    return Temporal.PlainDateTime.from(text).toZonedDateTime(zone);
  } catch {
    return refuse(
      `the ${name} is ${JSON.stringify(text)}; give a date, as 2024-01-12 or 2024-01-12T06:00`,
    );
  }
}
