/** Where tables spill to: a folder of its own for each engine under the project's `.sluice/tmp`.
 *  @module */
import { dirname, join } from "../context/paths.ts";
import { currentScope } from "../context/scope.ts";

/** A path under `.sluice/tmp` that nothing else uses; the folder is not made here. */
export function newTempPath(prefix: string, suffix = ""): string {
  const name = `${prefix}-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}${suffix}`;
  return join(projectFolder(), ".sluice", "tmp", name);
}

/** The run's project; outside a run the nearest folder upward that has a `.sluice`, or else where
 *  the process stands. */
function projectFolder(): string {
  const known = currentScope()?.projectFolder;
  if (known !== undefined) return known;
  const start = Deno.cwd();
  for (let folder = start;; folder = dirname(folder)) {
    if (isProject(folder)) return folder;
    if (folder === dirname(folder)) return start;
  }
}

function isProject(folder: string): boolean {
  try {
    Deno.statSync(join(folder, ".sluice"));
    return true;
  } catch {
    return false;
  }
}
