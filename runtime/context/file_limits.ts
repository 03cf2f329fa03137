/** What this process may reach on disk, for what does not ask Deno: the DuckDB inside it. Said once, when
 *  the process gets its run, and of the process as Deno's own permissions are. @module */

/** Absolute paths of folders and files. */
export interface FileLimits {
  readonly read: readonly string[];
  readonly write: readonly string[];
}

let known: FileLimits | undefined;

/** Limits this process from now on; a second call changes nothing, so that a run's code lifts no limit.
 *
 * @example
 * ```ts
 * import { fileLimits, limitFiles } from "./file_limits.ts";
 * limitFiles({ read: ["/srv/data"], write: [] });
 * limitFiles({ read: ["/"], write: ["/"] });
 * console.log(fileLimits()?.read); // ["/srv/data"]
 * ``` */
export function limitFiles(limits: FileLimits): void {
  known ??= limits;
}

/** The limits, or undefined where there are none. */
export function fileLimits(): FileLimits | undefined {
  return known;
}
