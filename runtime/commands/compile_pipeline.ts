/** Compiles the pipeline that a command names, with the project's cache. @module */
import { join } from "node:path";
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
  const { compileNotebook } = await import("../compile/compile_notebook.ts");
  return await compileNotebook(notebook, foldersOf(place));
}

/** The folders that the compiler works with. */
export function foldersOf(place: Place): { cacheFolder: string; projectFolder: string } {
  return { cacheFolder: join(place.project, ".sluice", "cache"), projectFolder: place.project };
}
