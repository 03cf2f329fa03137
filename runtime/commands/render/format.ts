/** Numbers, spans and moments as a person reads them. @module */

/** Made at its first use: Intl takes 20 ms to load. */
let counts: Intl.NumberFormat | undefined;

/** `1369765` → `1,369,765`. */
export function formatCount(count: number): string {
  counts ??= new Intl.NumberFormat("en-US");
  return counts.format(count);
}

/** A count with its noun: `1 row`, `2 rows`. */
export function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A span with as many digits as are worth reading: `8 ms`, `5 s`, `1.24 s`, `12.3 s`, `2 min 5 s`, `3 h 4 min`.
 *
 * @example
 * ```ts
 * import { formatDuration } from "./format.ts";
 * console.log(formatDuration(125_000)); // 2 min 5 s
 * ``` */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 60_000 && ms % 1000 === 0) return `${ms / 1000} s`;
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `25165824` → `25.2 MB` (decimal units). */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let amount = bytes;
  let unit = 0;
  while (amount >= 999.5 && unit < units.length - 1) {
    amount /= 1000;
    unit++;
  }
  return `${unit === 0 || amount >= 99.5 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
}

/** A moment in UTC to the second: `2024-01-02 03:04:05`. */
export function formatMoment(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 19).replace("T", " ");
}

/** How a block that did not complete ended, and why: `condition failed: no new files`, `upstream load failed`. */
export function formatEnd(status: string, reason: string | null | undefined): string {
  if (status === "upstream_failed" && reason) return reason;
  return status.replace("_", " ") + (reason ? `: ${reason}` : "");
}

/** `2024-03-01T06:00:00.123456+00:00[UTC]` → `2024-03-01 06:00:00`; another zone than UTC stays named. */
export function formatExecutionDate(executionDate: string): string {
  const date = Temporal.ZonedDateTime.from(executionDate);
  const text = date.toPlainDateTime().toString({ smallestUnit: "second" }).replace("T", " ");
  return date.timeZoneId === "UTC" ? text : `${text} ${date.timeZoneId}`;
}
