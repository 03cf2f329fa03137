/** The pipelines inside of an executable: compiled when it was made, placed in the project that it runs in.
 *  @module */
import { join, relative } from "node:path";
import type { EmbeddedPipeline, Executable } from "../context/executable.ts";
import { fileError } from "../notebook/read_notebook.ts";
import type { CompiledPipeline } from "./pipeline.ts";

/** An executable, and the project that it runs in. */
export interface EmbeddedPlace {
  readonly executable: Executable;
  readonly projectFolder: string;
}

/** The pipeline whose notebook had that place in its project.
 *
 * @throws {CompileErrors} where the executable was made without it.
 * @example
 * ```ts
 * import { embeddedPipeline } from "./embedded.ts";
 * const executable = {
 *   entryFolder: "/unpacked",
 *   projectFolder: "/unpacked",
 *   pipelines: [],
 *   command: ["/srv/pipelines"],
 * } as const;
 * await embeddedPipeline("/srv/notebooks/a.ipynb", { executable, projectFolder: "/srv" })
 *   .catch((error) => console.log(error.message)); // … is not in this executable …
 * ``` */
export async function embeddedPipeline(
  notebook: string,
  { executable, projectFolder }: EmbeddedPlace,
): Promise<CompiledPipeline> {
  const path = relative(projectFolder, notebook);
  const embedded = executable.pipelines.find((pipeline) => pipeline.notebook === path);
  if (embedded) return await place(embedded, { executable, projectFolder });
  const names = executable.pipelines.map((pipeline) => pipeline.notebook).join(", ");
  throw fileError(
    notebook,
    `is not in this executable, which runs what it was made with (${names}); ` +
      "make it again with this notebook, or run the notebook with Deno",
  );
}

/** The pipeline that has this module; undefined where it is from another executable. */
export async function embeddedBefore(
  module: string,
  { executable, projectFolder }: EmbeddedPlace,
): Promise<CompiledPipeline | undefined> {
  const name = module.slice(module.lastIndexOf("/") + 1);
  const embedded = executable.pipelines.find((pipeline) => pipeline.name === name);
  return embedded && await place(embedded, { executable, projectFolder });
}

/** What the executable keeps of a pipeline: without the paths of the machine where it was made. */
export type Kept = Omit<CompiledPipeline, "module" | "pipeline"> & {
  readonly pipeline: Omit<CompiledPipeline["pipeline"], "notebook">;
};

async function place(
  embedded: EmbeddedPipeline,
  { executable, projectFolder }: EmbeddedPlace,
): Promise<CompiledPipeline> {
  const { pipeline, lines } = (await embedded.compiled()).default as Kept;
  return {
    pipeline: { ...pipeline, notebook: join(projectFolder, embedded.notebook) },
    module: `${executable.entryFolder}/${embedded.name}`,
    lines,
  };
}
