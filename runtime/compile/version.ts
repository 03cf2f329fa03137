/** What the compiler is: a hash of its own sources, so that no cache outlives a change of them. @module */
import { createHash } from "node:crypto";

/** For a compiler whose sources cannot be read, such as inside a binary; raised by hand. */
const VERSION = "1";

let known: string | undefined;

/** The compiler's version: of its own sources where they are files, and of Deno. */
export function compilerVersion(): string {
  return known ??= hashSources();
}

function hashSources(): string {
  const hash = createHash("sha256").update(`${VERSION} ${Deno.version.deno}`);
  try {
    for (const folder of ["./", "../notebook/"]) {
      const url = new URL(folder, import.meta.url);
      for (const name of [...Deno.readDirSync(url)].map((entry) => entry.name).sort()) {
        if (name.endsWith(".ts")) hash.update(Deno.readFileSync(new URL(name, url)));
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable)) {
      throw error;
    }
  }
  return hash.digest("hex").slice(0, 16);
}
