/** Loads a compiled module: from its file, or from inside of the executable. @module */
import type { PipelineModule } from "../compile/pipeline.ts";
import { executable } from "../context/executable.ts";
import { toFileUrl } from "../context/file_url.ts";

/** The pipeline in the module at an absolute path. */
export async function loadModule(path: string): Promise<PipelineModule> {
  const embedded = executable()?.pipelines.find(({ name }) => path.endsWith(`/${name}`));
  const module = embedded ? await embedded.module() : await import(toFileUrl(path).href);
  return module.default as PipelineModule;
}
