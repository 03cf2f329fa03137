/** From what the person typed to a notebook: a name looked for under the project's `notebooks/`, or a path. @module */
import { executable } from "../context/executable.ts";
import { basename, dirname, relative, resolve } from "../context/paths.ts";
import {
  entriesOf,
  notebooksBelow,
  pipelineName,
  projectNotebooks,
} from "../notebook/project_notebooks.ts";
import { UsageError } from "./exit_code.ts";
import { suggestion } from "./meant.ts";
import { type Place, shownPath } from "./place.ts";

const SUFFIX = ".ipynb";

/** The absolute path of the notebook that `named` means.
 *
 * @throws {UsageError} where there is none, more than one, or something that is no notebook
 * @example
 * ```ts
 * import { findPipeline } from "./find_pipeline.ts";
 * const place = { project: Deno.cwd(), folder: Deno.cwd() };
 * await findPipeline("no_such_pipeline", place).catch((error) => console.log(error.message));
 * ``` */
export function findPipeline(named: string, place: Place): Promise<string> {
  const isPath = named.endsWith(SUFFIX) || named.includes("/") || named.includes("\\");
  return isPath ? byPath(named, place) : byName(named, place);
}

/** The absolute paths of all notebooks in the project's `notebooks/`, sorted. */
export function notebooksOf(place: Place): string[] {
  return projectNotebooks(place.project);
}

/** Whether there is a folder at an absolute path. */
export function isFolder(path: string): boolean {
  return statOf(path)?.isDirectory === true;
}

async function byPath(named: string, place: Place): Promise<string> {
  const path = resolve(place.folder, named);
  if (executable() && notebooksOf(place).includes(path)) return path;
  const info = statOf(path);
  if (info === undefined) {
    const beside = entriesOf(dirname(path)).map((entry) => entry.name)
      .filter((name) => name.endsWith(SUFFIX));
    const near = await suggestion(basename(path), beside, "notebooks there");
    throw new UsageError(`Cannot find ${named}: no such file${near}`);
  }
  if (isFolder(path)) throw new UsageError(await folderMessage(named, path));
  if (!path.endsWith(SUFFIX)) {
    throw new UsageError(`Cannot read ${named} as a pipeline: expects a notebook (${SUFFIX})`);
  }
  return path;
}

async function byName(named: string, place: Place): Promise<string> {
  const notebooks = notebooksOf(place);
  const matches = notebooks.filter((path) => pipelineName(path) === named);
  const [match] = matches;
  if (match !== undefined && matches.length === 1) return match;
  if (matches.length > 1) {
    const paths = matches.map((path) => shownPath(path, place)).join(", ");
    throw new UsageError(
      `${matches.length} notebooks are called ${named}: give one by path: ${paths}`,
    );
  }
  const here = resolve(place.folder, named);
  const info = statOf(here);
  if (isFolder(here)) throw new UsageError(await folderMessage(named, here));
  if (info) {
    throw new UsageError(`Cannot read ${named} as a pipeline: expects a notebook (${SUFFIX})`);
  }
  if (statOf(here + SUFFIX)?.isFile) {
    throw new UsageError(
      `Cannot find pipeline ${named} in notebooks/; did you mean \`./${named}${SUFFIX}\`?`,
    );
  }
  const near = await suggestion(named, notebooks.map(pipelineName), "pipelines in notebooks/");
  throw new UsageError(`Cannot find pipeline ${named}${near}`);
}

async function folderMessage(named: string, folder: string): Promise<string> {
  const inside = notebooksBelow(folder).sort().map((path) => relative(folder, path));
  const near = await suggestion("", inside, "notebooks in it");
  return `Cannot run ${named}: it is a folder, not a notebook${near}`;
}

function statOf(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return undefined;
    }
    throw error;
  }
}
