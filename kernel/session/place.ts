/** Where a kernel stands: its notebook, the folder that paths count from, the project around it. @module */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { projectAbove } from "../../runtime/compile/project_above.ts";
import { readProjectConfig, sluiceName } from "../../runtime/compile/project_config.ts";

/** The Sluice that this kernel belongs to. */
export const SLUICE_ROOT = resolve(import.meta.dirname!, "..", "..");

export interface KernelPlace {
  /** Absolute path; undefined where the client does not tell it. */
  readonly notebook: string | undefined;
  readonly notebookFolder: string;
  /** The folder of the deno.json above the notebook, else Sluice's own. */
  readonly projectFolder: string;
  /** What cells' "sluice" is to the host. */
  readonly sluice: string;
}

/** The place of a kernel that was started in `cwd`, the notebook's folder. */
export async function findPlace(cwd: string, notebook: string | undefined): Promise<KernelPlace> {
  const project = projectAbove(cwd);
  const projectFolder = project ?? SLUICE_ROOT;
  return {
    notebook: notebook?.endsWith(".ipynb") ? resolve(cwd, notebook) : undefined,
    notebookFolder: cwd,
    projectFolder,
    sluice: sluiceName(await readProjectConfig(projectFolder)),
  };
}

/** The folder as a URL that relative names count from. */
export function folderUrl(folder: string): string {
  return `${pathToFileURL(folder).href}/`;
}
