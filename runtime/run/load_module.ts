/** Loads a compiled module: from its file, or from inside of the executable. @module */
import type { PipelineModule } from "../compile/pipeline.ts";
import { executable } from "../context/executable.ts";
import { toFileUrl } from "../context/file_url.ts";

/** The pipeline in the module at an absolute path. */
export async function loadModule(path: string): Promise<PipelineModule> {
  const embedded = executable()?.pipelines.find(({ name }) => path.endsWith(`/${name}`));
  const module = embedded ? await embedded.module() : await importModule(path);
  return module.default as PipelineModule;
}

/** An import of values from Sluice itself, by its name or its file. */
const USES_SLUICE = /^import (?!type\b).* from "(?:sluice|[^"]*\/mod\.ts)";$/m;

/** Deno looks through all packages again for each module of a dynamic import that names one, unless a package
 *  was imported before: for Sluice's own modules that takes a quarter of a second. */
async function importModule(path: string): Promise<{ readonly default: unknown }> {
  const text = await Deno.readTextFile(path).catch(() => "");
  if (USES_SLUICE.test(text)) await import("apache-arrow");
  return await import(toFileUrl(path).href);
}
