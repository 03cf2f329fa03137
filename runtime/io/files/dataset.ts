/** The files of a dataset on disk. @module */
import { dirname, join } from "../../context/paths.ts";

/** The dataset's files, relative to its folder, sorted; hidden ones and marks such as `_SUCCESS` aside. */
export async function datasetFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of walk(folder, "")) if (!isMark(file)) files.push(file);
  return files.sort();
}

/** Refuses to replace a folder that holds anything but a dataset, for replacing removes it all.
 *
 * @throws {Error} naming the first file that is none of a dataset's */
export async function checkReplaceable(folder: string, name: string): Promise<void> {
  for await (const file of walk(folder, "")) {
    if (isMark(file) || /\.(parquet|csv|json|ndjson|jsonl|arrow)(\.gz|\.zst)?$/i.test(file)) {
      continue;
    }
    throw new Error(
      `Cannot replace ${name}: it also holds ${file}, which is no file of a dataset; choose a folder of its own`,
    );
  }
}

/** Links the files of the dataset `from` into `to`, but for those whose names begin with `prefix`:
 *  nothing is copied where the file system has links. */
export async function linkInto(from: string, to: string, prefix: string): Promise<void> {
  for await (const file of walk(from, "")) {
    if (file.slice(file.lastIndexOf("/") + 1).startsWith(prefix)) continue;
    const target = join(to, file);
    await Deno.mkdir(dirname(target), { recursive: true });
    await Deno.link(join(from, file), target).catch(() => Deno.copyFile(join(from, file), target));
  }
}

async function* walk(folder: string, under: string): AsyncGenerator<string> {
  for await (const entry of Deno.readDir(join(folder, under))) {
    const path = under === "" ? entry.name : `${under}/${entry.name}`;
    if (entry.isDirectory) yield* walk(folder, path);
    else yield path;
  }
}

function isMark(file: string): boolean {
  return file.split("/").some((part) =>
    part.startsWith(".") || (part.startsWith("_") && !part.includes("="))
  );
}
