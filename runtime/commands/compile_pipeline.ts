/** Compiles the pipeline that a command names, with the project's cache. @module */
import type { CompiledPipeline } from "../compile/pipeline.ts";
import { findPipeline } from "./find_pipeline.ts";
import type { Place } from "./place.ts";

/** The compiled pipeline that `named` means: a name in `notebooks/`, or a path.
 *
 * @throws {UsageError} where there is no such notebook
 * @throws {CompileErrors} where it does not compile */
export async function compilePipeline(named: string, place: Place): Promise<CompiledPipeline> {
  return await compileAt(await findPipeline(named, place), place);
}

/** The compiled pipeline of the notebook at an absolute path. */
export async function compileAt(notebook: string, place: Place): Promise<CompiledPipeline> {
  const { compileNotebook } = await import("../compile/compile.ts");
  return await compileNotebook(notebook, { projectFolder: place.project });
}
