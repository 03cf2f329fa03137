/** Which files a path or a pattern names now. @module */
import { fileURLToPath } from "node:url";
import { expandGlob, isGlob } from "./glob.ts";
import { resolvePath } from "./locate.ts";
import { explained } from "./system_error.ts";

/** The files that `pattern` names at this moment, as absolute paths in order; none is no error, so
 *  that a sensor can wait for one and a dynamic block take each.
 *
 * A path without `*`, `?`, `[…]`, `{…}` names itself where a file is there. Relative ones count from
 * the notebook's folder.
 *
 * @throws {Error} where a folder of it cannot be read, or `pattern` is no path.
 *
 * @example
 * ```ts
 * import { listFiles } from "./list_files.ts";
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/orders_1.csv`, "city\nOslo\n");
 * console.log((await listFiles(`${folder}/orders_*.csv`)).length); // 1
 * console.log((await listFiles(`${folder}/refunds.csv`)).length); // 0
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function listFiles(pattern: string | URL): Promise<string[]> {
  const name = String(pattern);
  const path = name.startsWith("file:") ? fileURLToPath(name) : name;
  if (path === "" || /^[a-z][a-z0-9+.-]+:\/\//i.test(path)) {
    throw new Error(`Cannot list ${name || '""'}: give a path or a pattern such as ../in/*.csv`);
  }
  const absolute = resolvePath(path);
  try {
    const info = await Deno.stat(absolute);
    return info.isFile ? [absolute] : [];
  } catch (failure) {
    const isAbsent = failure instanceof Deno.errors.NotFound ||
      failure instanceof Deno.errors.NotADirectory;
    if (!isAbsent) throw explained(failure, `Cannot list ${name}`);
  }
  return isGlob(path) ? await expandGlob("/", absolute) : [];
}
