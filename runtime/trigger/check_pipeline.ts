/** Whether a trigger's pipeline is there, and has the parameters that the trigger sets. @module */
import { basename, resolve } from "../context/paths.ts";
import { executable } from "../context/executable.ts";
import { projectNotebooks } from "../notebook/project_notebooks.ts";
import { suggestion } from "../table/nearest.ts";
import type { Trigger } from "./trigger.ts";
import type { Fields } from "./yaml_fields.ts";

const SUFFIX = ".ipynb";

/** Reports what does not fit. A notebook that does not compile is told of by its own errors, not here. */
export async function checkPipeline(
  trigger: Trigger,
  fields: Fields,
  projectFolder: string,
): Promise<void> {
  const known = projectNotebooks(projectFolder);
  const notebook = notebookOf(trigger.pipeline, known, projectFolder);
  if (notebook === undefined) {
    const names = known.map((path) => basename(path, SUFFIX));
    const mend = suggestion(trigger.pipeline, names) ||
      (names.length === 0
        ? "; notebooks/ holds none"
        : `; there are ${names.slice(0, 8).join(", ")}`);
    fields.report("pipeline", `there is no pipeline \`${trigger.pipeline}\`${mend}`);
    return;
  }
  const set = Object.keys(trigger.variables);
  const taken = trigger.kind === "api" ? trigger.parameters : [];
  if (set.length + taken.length === 0) return;
  const parameters = await parametersOf(notebook, projectFolder);
  if (!parameters) return;
  const pipeline = basename(notebook, SUFFIX);
  for (const [names, key] of [[set, "variables"], [taken, "api"]] as const) {
    for (const name of names) {
      if (parameters.includes(name)) continue;
      const mend = suggestion(name, parameters) ||
        (parameters.length === 0 ? "; it has none" : `; it has ${parameters.join(", ")}`);
      fields.report(key, `\`${pipeline}\` has no parameter \`${name}\`${mend}`);
    }
  }
}

/** The absolute path of the notebook that a trigger or a backfill means; undefined where there is none. */
export function findNotebook(pipeline: string, projectFolder: string): string | undefined {
  const known = projectNotebooks(projectFolder);
  return notebookOf(pipeline, known, projectFolder);
}

function notebookOf(
  pipeline: string,
  known: readonly string[],
  projectFolder: string,
): string | undefined {
  if (!pipeline.endsWith(SUFFIX)) {
    return known.find((path) => basename(path, SUFFIX) === pipeline);
  }
  const path = resolve(projectFolder, pipeline);
  return known.includes(path) || (!executable() && isFile(path)) ? path : undefined;
}

/** The parameters of a notebook; undefined where it does not compile, of which its own errors tell. */
export async function parametersOf(
  notebook: string,
  projectFolder: string,
): Promise<readonly string[] | undefined> {
  const { compileNotebook } = await import("../compile/compile.ts");
  try {
    const { pipeline } = await compileNotebook(notebook, { projectFolder });
    return pipeline.parameters.map(({ name }) => name);
  } catch {
    return undefined;
  }
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
