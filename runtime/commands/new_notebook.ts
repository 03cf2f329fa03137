/** Where a new notebook goes: a valid name, and nothing overwritten. @module */
import { join, resolve } from "../context/paths.ts";
import { UsageError } from "./exit_code.ts";
import { pipelineName } from "../notebook/project_notebooks.ts";
import { notebooksOf } from "./find_pipeline.ts";
import { type Place, shownPath } from "./place.ts";

/** The absolute path for a new pipeline: `<folder>/<name>.ipynb`, or the path that was given.
 *
 * @throws {UsageError} where the name is none for a pipeline or is taken */
export function newNotebookPath(
  named: string,
  place: Place,
  { folder = join(place.project, "notebooks") }: { folder?: string } = {},
): string {
  const isPath = named.includes("/") || named.endsWith(".ipynb");
  const path = isPath ? resolve(place.folder, named) : join(folder, `${named}.ipynb`);
  const name = pipelineName(path);
  if (!path.endsWith(".ipynb") || !/^[a-z][a-z0-9_]*$/.test(name)) {
    throw new UsageError(
      `Cannot name a pipeline ${name}: write small letters, digits and _, a letter first, as in ${
        mended(name)
      }`,
    );
  }
  const taken = notebooksOf(place).find((other) => pipelineName(other) === name) ??
    (isThere(path) ? path : undefined);
  if (taken) {
    throw new UsageError(`Cannot make ${name}: ${shownPath(taken, place)} is there already`);
  }
  return path;
}

function mended(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase()
    .replace(/[^a-z0-9]+/g, "_").replace(/^[_0-9]+|_+$/g, "");
  return words || "my_pipeline";
}

function isThere(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch {
    return false;
  }
}
