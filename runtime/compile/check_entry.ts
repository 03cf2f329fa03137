/** The module that imports what is to be type-checked. It stands outside of every project: `.sluice/` is
 *  excluded in most, and Deno silently checks nothing that is excluded.
 *
 *  Deno keeps what it knows by the path of the module that a check begins with, and looks again only at
 *  what has changed; so a few paths are used again and again, each by one check at a time. What a check
 *  does not reach is forgotten for its path: checks of the same kind share theirs. @module */
import { join } from "../context/paths.ts";

/** So many checks at once find a path that is used again. */
const ENTRIES = 8;

/** Calls `work` with the path of a module whose text is `text`.
 *
 * @param kind a word for what the check reaches: those that reach much the same have one
 * @example
 * ```ts
 * import { withCheckEntry } from "./check_entry.ts";
 * console.log(await withCheckEntry("export {};\n", (path) => Deno.readTextFile(path), "plain"));
 * ``` */
export async function withCheckEntry<Result>(
  text: string,
  work: (path: string) => Promise<Result>,
  kind: string,
): Promise<Result> {
  const folder = await keptFolder();
  for (let at = 0; folder !== undefined && at < ENTRIES; at += 1) {
    const path = join(folder, `${kind}-${at}`);
    using lock = await Deno.open(`${path}.lock`, { create: true, write: true });
    if (!await lock.tryLock(true)) continue;
    return await workOn(`${path}.ts`, text, work);
  }
  const own = await Deno.makeTempDir({ prefix: "sluice-check-" });
  try {
    return await workOn(join(own, "check.ts"), text, work);
  } finally {
    await Deno.remove(own, { recursive: true });
  }
}

async function workOn<Result>(
  path: string,
  text: string,
  work: (path: string) => Promise<Result>,
): Promise<Result> {
  await Deno.writeTextFile(path, text);
  return await work(path);
}

/** A folder of this person's alone among the system's temporary ones; undefined where that cannot be had. */
async function keptFolder(): Promise<string | undefined> {
  const user = Deno.uid();
  if (user === null) return undefined;
  const folder = join(Deno.env.get("TMPDIR") || "/tmp", `sluice-check-${user}`);
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    const { isDirectory, uid, mode } = await Deno.lstat(folder);
    // Whoever may write there could have anything checked in our place.
    return isDirectory && uid === user && ((mode ?? 0) & 0o022) === 0 ? folder : undefined;
  } catch {
    return undefined;
  }
}
