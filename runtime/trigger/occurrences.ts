/** When a schedule's occurrences are, on the clocks of its zone.
 *
 *  Where clocks are put forward, an hour's occurrences that they leave out happen as much later; where
 *  they are put back, the hour that comes twice counts once. A schedule of every hour (`0 * * * *`)
 *  goes by the time that passes instead, and so happens in both. @module */
import type { Cron } from "croner";
import type { Schedule } from "./trigger.ts";

/** The first occurrence after an instant, in milliseconds since 1970; undefined where there is none. */
export type NextOccurrence = (afterMs: number) => number | undefined;

/** The names that stand for patterns. */
export const SCHEDULE_NAMES: Readonly<Record<string, string>> = {
  "@hourly": "0 * * * *",
  "@daily": "0 0 * * *",
  "@weekly": "0 0 * * 0",
  "@monthly": "0 0 1 * *",
  "@yearly": "0 0 1 1 *",
};

/** Computes a schedule's occurrences.
 *
 * @param fromMs where intervals are counted from, and the occurrence of `@once`
 * @throws {Error} where the pattern or the zone cannot be.
 *
 * @example
 * ```ts
 * import { occurrencesOf } from "./occurrences.ts";
 * const next = await occurrencesOf({ kind: "cron", pattern: "30 2 * * *", zone: "Europe/Berlin" }, 0);
 * const found = next(Date.parse("2024-03-30T12:00Z"));
 * console.log(new Date(found!).toISOString()); // 2024-03-31T01:30:00.000Z: 03:30, there is no 02:30
 * ``` */
export async function occurrencesOf(schedule: Schedule, fromMs: number): Promise<NextOccurrence> {
  switch (schedule.kind) {
    case "once":
      return (after) => fromMs > after ? fromMs : undefined;
    case "interval": {
      const { everyMs } = schedule;
      return (after) => {
        if (after < fromMs) return fromMs;
        return fromMs + (Math.floor((after - fromMs) / everyMs) + 1) * everyMs;
      };
    }
    case "cron": {
      const next = await cronOccurrences(schedule.pattern, schedule.zone);
      // The first occurrence may be at `fromMs` itself.
      return (after) => next(Math.max(after, fromMs - 1));
    }
  }
}

const known = new Map<string, NextOccurrence>();

/** Patterns are parsed once: thousands of triggers share some hundred of them. */
async function cronOccurrences(pattern: string, zone: string): Promise<NextOccurrence> {
  const key = `${zone} ${pattern}`;
  const found = known.get(key);
  if (found) return found;
  const { Cron } = await import("croner");
  const fields = pattern.trim().split(/\s+/);
  const isByTime = fields.at(-4) === "*" || zone === "UTC";
  const cron = new Cron(pattern, { timezone: isByTime ? zone : "UTC", paused: true });
  const next = isByTime ? byTime(cron) : byClock(cron, zone);
  known.set(key, next);
  return next;
}

function byTime(cron: Cron): NextOccurrence {
  return (after) => cron.nextRun(new Date(after))?.getTime();
}

/** Looks for the next time on the clock, as though the zone had no changes, and then when that is. */
function byClock(cron: Cron, zone: string): NextOccurrence {
  return (after) => {
    const now = Temporal.Instant.fromEpochMilliseconds(Math.floor(after)).toZonedDateTimeISO(zone);
    let clock = Date.parse(`${now.toPlainDateTime()}Z`) - leftOutMs(now);
    while (true) {
      const next = cron.nextRun(new Date(clock));
      if (next === null) return undefined;
      clock = next.getTime();
      const onClock = Temporal.PlainDateTime.from(next.toISOString().slice(0, -1));
      const found = onClock.toZonedDateTime(zone, { disambiguation: "compatible" });
      if (found.epochMilliseconds > after) return found.epochMilliseconds;
    }
  };
}

const LONGEST_CHANGE_HOURS = 3;

/** By how much clocks were put forward in the hours before: what they left out is still to come. */
function leftOutMs(now: Temporal.ZonedDateTime): number {
  const before = now.subtract({ hours: LONGEST_CHANGE_HOURS });
  return Math.max(0, (now.offsetNanoseconds - before.offsetNanoseconds) / 1e6);
}
