/** What makes a trigger fire, in a few words. @module */
import type { Trigger } from "./trigger.ts";

/** `30 6 * * * (Europe/Berlin)`, `every 15m`, `file data/*.csv`, `a request`.
 *
 * @example
 * ```ts
 * import type { Trigger } from "./trigger.ts";
 * import { whenOf } from "./when.ts";
 * const schedule = { kind: "cron", pattern: "30 6 * * *", zone: "UTC" } as const;
 * console.log(whenOf({ kind: "schedule", schedule } as Trigger)); // 30 6 * * * (UTC)
 * ``` */
export function whenOf(trigger: Trigger): string {
  if (trigger.kind === "api") return "a request";
  if (trigger.kind === "schedule") {
    const { schedule } = trigger;
    if (schedule.kind === "cron") return `${schedule.pattern} (${schedule.zone})`;
    return schedule.kind === "once" ? "once" : `every ${spanText(schedule.everyMs)}`;
  }
  const { source } = trigger;
  if (source.kind === "file") return `file ${source.pattern}`;
  if (source.kind === "notify") return `notification ${source.channel} (${source.profile})`;
  return `${source.pipeline} ${source.status}`;
}

const UNITS = [["d", 86_400_000], ["h", 3_600_000], ["m", 60_000], ["s", 1000]] as const;

/** As the file would have it: `15m`, `1h 30m`. */
function spanText(everyMs: number): string {
  let left = everyMs;
  const parts = UNITS.flatMap(([letter, ms]) => {
    const count = Math.floor(left / ms);
    left -= count * ms;
    return count === 0 ? [] : [`${count}${letter}`];
  });
  return [...parts, ...left === 0 ? [] : [`${left}ms`]].join(" ");
}
