/** Writes a file that others may be reading. @module */
import { dirname } from "../context/paths.ts";

/** Writes `text` beside `path` and renames it, in a folder that is made: readers find the old or the new. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.writeTextFile(beside, text);
    await Deno.rename(beside, path);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw error;
  }
}
