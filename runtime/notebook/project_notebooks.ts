/** Which notebooks a project has: those under its `notebooks/`, each a pipeline by its file's name. @module */
import { executable } from "../context/executable.ts";
import { basename, join } from "../context/paths.ts";

const SUFFIX = ".ipynb";

/** The absolute paths of all notebooks in the project's `notebooks/`, sorted; in an executable of those that
 *  it was made with.
 *
 * @example
 * ```ts
 * import { pipelineName, projectNotebooks } from "./project_notebooks.ts";
 * console.log(projectNotebooks(Deno.cwd()).map(pipelineName));
 * ``` */
export function projectNotebooks(projectFolder: string): string[] {
  const embedded = executable()?.pipelines.map(({ notebook }) => join(projectFolder, notebook));
  if (embedded) return embedded;
  return notebooksBelow(join(projectFolder, "notebooks")).sort();
}

/** The absolute paths of all notebooks in `folder` and below; checkpoints and hidden folders are passed over. */
export function notebooksBelow(folder: string): string[] {
  const found: string[] = [];
  for (const entry of entriesOf(folder)) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
    if (entry.isDirectory) found.push(...notebooksBelow(path));
    else if (entry.name.endsWith(SUFFIX)) found.push(path);
  }
  return found;
}

/** A pipeline's name: its notebook's file name without `.ipynb`. */
export function pipelineName(notebook: string): string {
  return basename(notebook, SUFFIX);
}

/** What lies in a folder; nothing where there is none. */
export function entriesOf(folder: string): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(folder)];
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return [];
    }
    throw error;
  }
}
