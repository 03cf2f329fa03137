/** Which notebook's folder and which project the calling code belongs to. @module */
import { dirname, join } from "../../context/paths.ts";
import { currentScope } from "../../context/scope.ts";

export interface Location {
  readonly notebookFolder: string;
  readonly projectFolder: string;
}

/** The run's folders; outside a run, where the process stands and the nearest folder upward that has a
 *  `.sluice` or an io_config.yaml. */
export async function currentLocation(): Promise<Location> {
  const scope = currentScope();
  if (scope) return scope;
  const start = Deno.cwd();
  for (const name of [".sluice", "io_config.yaml"]) {
    for (let folder = start;; folder = dirname(folder)) {
      if (await Deno.stat(join(folder, name)).then(() => true, () => false)) {
        return { notebookFolder: start, projectFolder: folder };
      }
      if (folder === dirname(folder)) break;
    }
  }
  return { notebookFolder: start, projectFolder: start };
}
