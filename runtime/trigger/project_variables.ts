/** The variables of sluice.yaml, for the runs of pipelines that have them as parameters. @module */
import { join } from "../context/paths.ts";
import { findNotebook, parametersOf } from "./check_pipeline.ts";
import { fileStamp } from "./file_stamp.ts";
import { loadSettings, SETTINGS_FILE } from "./settings.ts";
import { variablesFor } from "./variables_for.ts";

/** `variables`, and below them those of sluice.yaml that the pipeline has a parameter for. */
export async function withProjectVariables(
  pipeline: string,
  variables: Readonly<Record<string, string>>,
  projectFolder: string,
): Promise<Readonly<Record<string, string>>> {
  const own = await projectVariables(projectFolder);
  if (Object.keys(own).length === 0) return variables;
  const notebook = findNotebook(pipeline, projectFolder);
  const parameters = notebook === undefined
    ? undefined
    : await parametersOf(notebook, projectFolder);
  return { ...variablesFor(parameters ?? [], own), ...variables };
}

type Variables = Readonly<Record<string, string>>;

const read = new Map<string, { readonly stamp: string; readonly variables: Variables }>();

/** Many triggers may be due at once: the file is read again only where it has changed. */
async function projectVariables(projectFolder: string): Promise<Variables> {
  const stamp = fileStamp(join(projectFolder, SETTINGS_FILE));
  const before = read.get(projectFolder);
  if (before?.stamp === stamp) return before.variables;
  const { variables } = await loadSettings(projectFolder);
  read.set(projectFolder, { stamp, variables });
  return variables;
}
