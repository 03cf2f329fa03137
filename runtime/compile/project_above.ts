/** Which project a folder belongs to. Loaded by every command, so it loads nothing itself. @module */
import { dirname, join } from "../context/paths.ts";

/** The nearest folder from `folder` upward that holds a deno.json, or undefined.
 *
 * @example
 * ```ts
 * import { projectAbove } from "./project_above.ts";
 * console.log(projectAbove(Deno.cwd()) !== undefined); // true
 * ``` */
export function projectAbove(folder: string): string | undefined {
  if (["deno.json", "deno.jsonc"].some((name) => isFile(join(folder, name)))) return folder;
  const parent = dirname(folder);
  return parent === folder ? undefined : projectAbove(parent);
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
