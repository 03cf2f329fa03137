/** Reads what the compiler needs of a project's `deno.json`: where bare module names lead. @module */
import { join } from "../context/paths.ts";
import { fromFileUrl, toFileUrl } from "../context/file_url.ts";

/** A project's import map, and its configuration file where it has one. */
export interface ProjectConfig {
  readonly path: string | undefined;
  readonly imports: Readonly<Record<string, string>>;
}

/** The configuration of the project in `folder`. */
export async function readProjectConfig(folder: string): Promise<ProjectConfig> {
  for (const name of ["deno.json", "deno.jsonc"]) {
    const path = join(folder, name);
    const text = await Deno.readTextFile(path).catch(() => undefined);
    if (text !== undefined) return { path, imports: importsOf(text) };
  }
  return { path: undefined, imports: {} };
}

/** How emitted modules name "sluice": so where the project's map leads to this very Sluice, else by its file. */
export function sluiceName(config: ProjectConfig): string {
  const own = new URL("../../mod.ts", import.meta.url).href;
  const mapped = config.imports.sluice;
  if (mapped === undefined || config.path === undefined) return own;
  return new URL(mapped, toFileUrl(config.path)).href === own ? "sluice" : own;
}

/** The configuration that a project's code is checked and run under: the project's own where it imports
 *  Sluice, else Sluice's: that of a project which knows nothing of Sluice cannot resolve what Sluice needs. */
export async function runningConfig(folder: string): Promise<string> {
  const { path, imports } = await readProjectConfig(folder);
  if (path !== undefined && imports.sluice !== undefined) return path;
  return fromFileUrl(new URL("../../deno.json", import.meta.url));
}

/** Comments and trailing commas are allowed in `deno.jsonc`; a broken file is Deno's to report. */
function importsOf(text: string): Readonly<Record<string, string>> {
  const plain = text.replaceAll(/("(?:[^"\\]|\\.)*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, "$1")
    .replaceAll(/("(?:[^"\\]|\\.)*")|,(?=\s*[}\]])/g, "$1");
  try {
    return (JSON.parse(plain) as { imports?: Record<string, string> }).imports ?? {};
  } catch {
    return {};
  }
}
