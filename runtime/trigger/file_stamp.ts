/** Whether a file was saved, for a few microseconds a look. @module */

/** Another text whenever the file is written or replaced; empty where there is none.
 *
 * @example
 * ```ts
 * import { fileStamp } from "./file_stamp.ts";
 * console.log(fileStamp("no such file")); // ""
 * ``` */
export function fileStamp(path: string): string {
  try {
    const { mtime, size, ino } = Deno.statSync(path);
    return `${mtime?.getTime()} ${size} ${ino}`;
  } catch {
    return "";
  }
}
