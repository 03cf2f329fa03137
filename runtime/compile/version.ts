/** What the compiler is: a hash of its own sources, so that no cache outlives a change of them. @module */
import { sha256 } from "../context/sha256.ts";

/** For a compiler whose sources cannot be read, such as inside a binary; raised by hand. */
const VERSION = "1";

let known: Promise<string> | undefined;

/** The compiler's version: of its own sources where they are files, and of Deno. */
export function compilerVersion(): Promise<string> {
  return known ??= sha256(`${VERSION} ${Deno.version.deno}`, ...readSources());
}

function readSources(): Uint8Array<ArrayBuffer>[] {
  const sources: Uint8Array<ArrayBuffer>[] = [];
  try {
    for (const folder of ["./", "../notebook/"]) {
      const url = new URL(folder, import.meta.url);
      for (const name of [...Deno.readDirSync(url)].map((entry) => entry.name).sort()) {
        if (name.endsWith(".ts")) sources.push(Deno.readFileSync(new URL(name, url)));
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable)) {
      throw error;
    }
  }
  return sources;
}
