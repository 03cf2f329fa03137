/** Writes a file that must not exist yet: whole, or not at all. @module */
import { dirname } from "../context/paths.ts";

/** Writes `text` into the new file `path`, making its folder. Where the disk is full, nothing stays. */
export function writeNewFile(path: string, text: string): void {
  Deno.mkdirSync(dirname(path), { recursive: true });
  try {
    Deno.writeTextFileSync(path, text, { createNew: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) removeQuietly(path);
    throw error;
  }
}

function removeQuietly(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It was not made.
  }
}
