/** Chooses what a pipeline takes of the variables that hold for the whole project. @module */

/** Those of a project's variables that are among a pipeline's parameters.
 *
 * @example
 * ```ts
 * import { variablesFor } from "./variables_for.ts";
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
