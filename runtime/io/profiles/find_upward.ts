/** Where a file of settings is looked for: in the notebook's folder, upward, and last in the project. @module */
import { dirname, join } from "../../context/paths.ts";

/** The path of the nearest file called `name`, or undefined. */
export async function findUpward(
  name: string,
  folder: string,
  project: string,
): Promise<string | undefined> {
  for (let at = folder;; at = dirname(at)) {
    const path = join(at, name);
    if (await isFile(path)) return path;
    if (at === dirname(at)) break;
  }
  const last = join(project, name);
  return await isFile(last) ? last : undefined;
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    // a folder above that may not be read has nothing for this run
    return false;
  }
}
