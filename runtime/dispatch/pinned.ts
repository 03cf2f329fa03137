/** The code that a run was accepted with: every try of it uses that, whatever the notebook is by then. @module */
import type { CompiledPipeline } from "../compile/pipeline.ts";

/** The compiled pipeline whose module stands at `module`; where it was cleared away, the notebook's of now.
 *
 * @throws {CompileErrors} where that does not compile. */
export async function pinnedPipeline(
  module: string | null,
  { notebook, projectFolder }: { readonly notebook: string; readonly projectFolder: string },
): Promise<CompiledPipeline> {
  const { compiledBefore, compileNotebook } = await import("../compile/compile.ts");
  const before = module === null ? undefined : await compiledBefore(module, { projectFolder });
  return before ?? await compileNotebook(notebook, { projectFolder });
}
