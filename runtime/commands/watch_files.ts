/** Waits for files to be saved: what `check --watch` goes by. @module */
import { dirname } from "../context/paths.ts";

/** A save is several events, and editors save several files at once: quiet for so long ends a batch. */
const QUIET_MS = 100;

/** What a pipeline is made of. */
const WATCHED = /\.(ipynb|ts|sql)$/;

/** Yields the paths that were saved below `folders`, batch by batch, until `signal` aborts.
 *
 * @example
 * ```ts
 * import { savedFiles } from "./watch_files.ts";
 * const folder = await Deno.makeTempDir();
 * setTimeout(() => Deno.writeTextFile(`${folder}/a.ipynb`, "{}"), 50);
 * for await (const paths of savedFiles([folder])) {
 *   console.log(paths.length); // 1
 *   break;
 * }
 * ``` */
export async function* savedFiles(
  folders: readonly string[],
  { signal }: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<readonly string[]> {
  using watcher = Deno.watchFs([...folders]);
  signal?.addEventListener("abort", () => watcher.close(), { once: true });
  const events = watcher[Symbol.asyncIterator]();
  let next = events.next();
  while (true) {
    const saved = new Set<string>();
    for (let event = await next; !event.done; event = await next) {
      next = events.next();
      if (event.value.kind !== "access") {
        for (const path of event.value.paths) if (WATCHED.test(path)) saved.add(path);
      }
      if (saved.size > 0 && await isQuiet(next)) break;
    }
    if (saved.size === 0) return;
    yield [...saved].sort();
  }
}

/** The folders that hold `files`, those inside another left out: watching one watches all below it. */
export function foldersOf(files: readonly string[]): string[] {
  const folders = [...new Set(files.map((file) => dirname(file)))].sort();
  return folders.filter((folder) =>
    !folders.some((other) => other !== folder && folder.startsWith(`${other}/`))
  );
}

async function isQuiet(next: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const quiet = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), QUIET_MS);
  });
  const isQuiet = await Promise.race([quiet, next.then(() => false)]);
  clearTimeout(timer);
  return isQuiet;
}
