/** Durations as people write them: `"5s"`, `"2 minutes"`, or a number of milliseconds.
 *  Here because both `until()` and whoever reads headers speak of the same ones. @module */

/** A text such as `"500ms"`, `"5s"`, `"2 hours"`, or a number of milliseconds. */
export type Duration = string | number;

/** The milliseconds of `duration`; `name` says in an error which setting was wrong.
 *
 * @throws {TypeError} when the text is no duration, or the number is negative or not finite.
 *
 * @example
 * ```ts
 * import { durationMs } from "./duration.ts";
 * console.log(await durationMs("5s", "every")); // 5000
 * ``` */
export async function durationMs(duration: Duration, name: string): Promise<number> {
  const milliseconds = typeof duration === "number" ? duration : await parseDuration(duration);
  if (milliseconds !== undefined && Number.isFinite(milliseconds) && milliseconds >= 0) {
    return milliseconds;
  }
  throw new TypeError(
    `Cannot read ${name}: ${
      JSON.stringify(duration)
    } is no duration; write a number with a unit, such as "500ms", "5s" or "2h"`,
  );
}

/** Loaded on first use: most runs wait for nothing. */
async function parseDuration(text: string): Promise<number | undefined> {
  const { default: ms } = await import("ms");
  return ms(text as Parameters<typeof ms>[0]);
}
