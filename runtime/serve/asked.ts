/** The parts that several requests ask with: variables, and which notebook is meant. @module */
import { relative, resolve } from "node:path";
import * as z from "zod";
import { textOf } from "../trigger/yaml_fields.ts";
import { notebookOf } from "./pipelines.ts";
import { Problem } from "./problem.ts";
import type { ServerParts } from "./server_parts.ts";

/** Values of parameters: text as it stands, all else as JSON. */
export const VARIABLES = z.record(z.string(), z.json()).transform((given) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, textOf(value)]))
);

/** The notebook that is meant, from the project's folder: by a name in `notebooks/`, or by the path of a
 *  notebook of the project.
 *
 * @throws {Problem} 404, and 422 where the path leads out of the project. */
export async function notebookAsked(
  pipeline: string,
  parts: Pick<ServerParts, "projectFolder" | "store">,
): Promise<string> {
  const { projectFolder } = parts;
  if (!pipeline.endsWith(".ipynb")) {
    return relative(projectFolder, await notebookOf(pipeline, parts));
  }
  const folder = await Deno.realPath(projectFolder);
  const path = await Deno.realPath(resolve(folder, pipeline)).catch((cause) => {
    throw new Problem(404, `Cannot find the notebook ${pipeline} in ${projectFolder}`, { cause });
  });
  if (path.startsWith(`${folder}/`)) return relative(folder, path);
  throw new Problem(
    422,
    `Cannot run ${pipeline}: it is not in the project; notebooks of ${projectFolder} are run`,
  );
}
