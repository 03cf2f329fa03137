/** The variables of sluice.yaml, for the runs of pipelines that have them as parameters. @module */
import { findNotebook, parametersOf } from "./check_pipeline.ts";
import { loadSettings } from "./settings.ts";

/** `variables`, and below them those of sluice.yaml that the pipeline has a parameter for. */
export async function withProjectVariables(
  pipeline: string,
  variables: Readonly<Record<string, string>>,
  projectFolder: string,
): Promise<Readonly<Record<string, string>>> {
  const { variables: own } = await loadSettings(projectFolder);
  if (Object.keys(own).length === 0) return variables;
  const notebook = findNotebook(pipeline, projectFolder);
  const parameters = notebook === undefined
    ? undefined
    : await parametersOf(notebook, projectFolder);
  return { ...variablesFor(parameters ?? [], own), ...variables };
}

/** Those of a project's variables that are among a pipeline's parameters.
 *
 * @example
 * ```ts
 * import { variablesFor } from "./project_variables.ts";
 * console.log(variablesFor(["url"], { url: "a", city: "b" })); // { url: "a" }
 * ``` */
export function variablesFor(
  parameters: readonly string[],
  projectVariables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(projectVariables).filter(([name]) => parameters.includes(name)),
  );
}
