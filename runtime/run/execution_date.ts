/** Reads the instant that a run stands for, as people and triggers write it. @module */
import { RequestError } from "./request_error.ts";

/** A date, a date and time, or an instant, in UTC unless `text` names a zone; now unless given.
 *
 * @throws {RequestError} when `text` is none of these.
 *
 * @example
 * ```ts
 * import { executionDateFrom } from "./execution_date.ts";
 * console.log(String(executionDateFrom("2024-03-01"))); // 2024-03-01T00:00:00+00:00[UTC]
 * ``` */
export function executionDateFrom(text: string | undefined): Temporal.ZonedDateTime {
  if (text === undefined) return Temporal.Now.zonedDateTimeISO("UTC");
  for (const read of readers) {
    try {
      return read(text);
    } catch {
      // The next reader may know the form; when none does, the error below says so.
    }
  }
  throw new RequestError(
    `Cannot read the execution date ${JSON.stringify(text)}: ` +
      "write it as 2024-03-01, 2024-03-01T06:00 or 2024-03-01T06:00[Europe/Berlin]",
  );
}

const readers: readonly ((text: string) => Temporal.ZonedDateTime)[] = [
  (text) => Temporal.ZonedDateTime.from(text),
  (text) => Temporal.Instant.from(text).toZonedDateTimeISO("UTC"),
  (text) => Temporal.PlainDateTime.from(text).toZonedDateTime("UTC"),
];
