/** What the system refused a command, as a sentence: Deno tells of it by a call's name and a number. @module */
import { systemReason } from "../../io/files/system_error.ts";

/** By Deno's name of the call, what could not be done. */
const DOINGS: Readonly<Record<string, string>> = {
  mkdir: "make the folder",
  rename: "rename",
  remove: "remove",
  readdir: "read the folder",
  readfile: "read",
  stat: "read",
  lstat: "read",
};

/** `Cannot make the folder /x: permission denied; …`; undefined for what is no refusal by the system, or is
 *  told in other words already.
 *
 * @example
 * ```ts
 * import { systemErrorText } from "./system_error_text.ts";
 * const error = new Error("No space left on device (os error 28): writefile '/x/a.ipynb'");
 * console.log(systemErrorText(error)); // Cannot write /x/a.ipynb: the disk is full
 * ``` */
export function systemErrorText(error: Error): string | undefined {
  const [, said, call, path] = /^([^:]+) \(os error \d+\): (\w+) '([^']*)'/.exec(error.message) ??
    [];
  if (path === undefined) return undefined;
  return `Cannot ${DOINGS[call!] ?? "write"} ${path}: ${systemReason(error) ?? said}`;
}
