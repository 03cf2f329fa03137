/** Which files a path or a pattern names now. @module */
import { fileURLToPath } from "node:url";
import { expandGlob, isGlob } from "./glob.ts";
import { resolvePath } from "./locate.ts";
import { explained } from "./system_error.ts";

/** `listFiles` itself; readers.ts tells what it does. */
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
