/** Where a command works: the project whose command was called, and where the person stands.
 *  `deno task` changes into the project and leaves the person's folder in INIT_CWD. @module */
import { relative, resolve } from "../context/paths.ts";
import { projectAbove } from "../compile/project_above.ts";

/** The two folders that every path of a command counts from. */
export interface Place {
  /** Absolute: the folder whose deno.json holds the command; its `.sluice/` holds all state. */
  readonly project: string;
  /** Absolute: where the person stands; paths on the command line count from here. */
  readonly folder: string;
}

/** The place of a process that was started in `cwd`.
 *
 * @example
 * ```ts
 * import { placeOf } from "./place.ts";
 * console.log(placeOf(Deno.cwd(), Deno.env.get("INIT_CWD")).project);
 * ``` */
export function placeOf(cwd: string, initCwd: string | undefined): Place {
  if (initCwd) return { project: cwd, folder: resolve(initCwd) };
  return { project: projectAbove(cwd) ?? cwd, folder: cwd };
}

/** An absolute path as the person would write it from where they stand: relative where it is below or near.
 *
 * @example
 * ```ts
 * import { shownPath } from "./place.ts";
 * console.log(shownPath("/a/b/c.ipynb", { project: "/a", folder: "/a/b" })); // c.ipynb
 * ``` */
export function shownPath(path: string, place: Place): string {
  const fromFolder = relative(place.folder, path);
  return fromFolder.startsWith("../../..") ? path : fromFolder || ".";
}
