/** The files and objects that an event trigger's pattern names now. @module */
import { join } from "../context/paths.ts";
import type { EventSource } from "./trigger.ts";

export interface FoundFile {
  /** Absolute, or `gs://…`. */
  readonly path: string;
  /** Another one where the file was written again. */
  readonly version: string;
  readonly size: number;
}

type FileSource = Extract<EventSource, { kind: "file" }>;

/** What is there; nothing is no error. Relative patterns count from the project's folder.
 *
 * @throws {Error} where a folder or a bucket cannot be listed. */
export function findFiles(
  source: FileSource,
  projectFolder: string,
): Promise<readonly FoundFile[]> {
  return source.pattern.startsWith("gs://")
    ? findObjects(source)
    : findLocal(source.pattern, projectFolder);
}

async function findLocal(pattern: string, projectFolder: string): Promise<readonly FoundFile[]> {
  const { listFiles } = await import("../io/files/list_files.ts");
  const paths = await listFiles(join(projectFolder, pattern));
  const found = await Promise.all(paths.map(async (path) => {
    try {
      const { mtime, size } = await Deno.stat(path);
      return [{ path, size, version: `${mtime?.getTime()} ${size}` }];
    } catch (error) {
      // It went away between the list and the look.
      if (error instanceof Deno.errors.NotFound) return [];
      throw error;
    }
  }));
  return found.flat();
}

/** One object is found by listing its folder: a listing is the same request for it as for a pattern. */
async function findObjects({ pattern, profile }: FileSource): Promise<readonly FoundFile[]> {
  const [{ gcs }, { isGlob }] = await Promise.all([
    import("../io/gcs/connection.ts"),
    import("../io/files/glob.ts"),
  ]);
  const isPattern = isGlob(pattern);
  const folder = isPattern ? pattern : pattern.slice(0, pattern.lastIndexOf("/") + 1);
  const objects = await gcs(profile).list(folder);
  return objects.map(({ bucket, name, generation, size }) => ({
    path: `gs://${bucket}/${name}`,
    version: generation,
    size,
  })).filter(({ path }) => isPattern || path === pattern);
}
