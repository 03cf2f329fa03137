/** Compiles a notebook, or finds it compiled: a hit costs a hash and the reading of one JSON file.
 *  The parser is loaded only where a notebook has changed. @module */
import { executable } from "../context/executable.ts";
import { basename, join, relative, resolve } from "../context/paths.ts";
import { sha256 } from "../context/sha256.ts";
import { notebookText, readNotebook } from "../notebook/read_notebook.ts";
import { type Cached, readCached, writeCached } from "./cache.ts";
import { LocalModules } from "./local_modules.ts";
import type { CompiledPipeline } from "./pipeline.ts";
import { type ProjectConfig, readProjectConfig, sluiceName } from "./project_config.ts";
import { compilerVersion } from "./version.ts";

export { CompileError, CompileErrors } from "../notebook/compile_error.ts";

export interface CompileOptions {
  /** The project that Sluice runs in. */
  readonly projectFolder: string;
  /** Where compiled modules are kept; `.sluice/compiled` in the project unless told otherwise. */
  readonly cacheFolder?: string;
  /** What modules call Sluice; as the project's deno.json has it unless told otherwise. */
  readonly sluice?: string;
}

/** Compiles the notebook at `path`, or takes it from the cache.
 *
 * @throws {CompileErrors} with every error of the notebook together.
 *
 * @example
 * ```ts
 * import { compileNotebook } from "./compile.ts";
 * const { pipeline, module } = await compileNotebook("notebooks/example_pipeline.ipynb", {
 *   projectFolder: Deno.cwd(),
 * });
 * console.log(pipeline.blocks.map((block) => block.name), module);
 * ``` */
export async function compileNotebook(
  path: string,
  { projectFolder, cacheFolder = join(projectFolder, ".sluice", "compiled"), ...options }:
    CompileOptions,
): Promise<CompiledPipeline> {
  const notebook = resolve(path);
  const project = resolve(projectFolder);
  const made = executable();
  if (made) {
    const { embeddedPipeline } = await import("./embedded.ts");
    return await embeddedPipeline(notebook, { executable: made, projectFolder: project });
  }
  const [bytes, config] = await Promise.all([
    readNotebook(notebook),
    readProjectConfig(project),
  ]);
  const { sluice = sluiceName(config) } = options;
  const name = basename(notebook).replace(/\.ipynb$/, "");
  const version = await compilerVersion();
  const key = await sha256([version, notebook, project, sluice, ""].join("\n"), bytes);
  const file = join(
    resolve(cacheFolder),
    `${name.replaceAll(/[^\w.-]/g, "_")}-${key.slice(0, 16)}`,
  );
  const cached = await readCached(file) ??
    await build(notebookText(bytes, notebook), { notebook, module: `${file}.ts`, sluice }, {
      name,
      title: relative(project, notebook),
    });
  return await withHashes(cached, config);
}

/** The pipeline that was compiled into `module` before, whatever its notebook is by now; undefined where it
 *  was cleared away. */
export async function compiledBefore(
  module: string,
  { projectFolder }: Pick<CompileOptions, "projectFolder">,
): Promise<CompiledPipeline | undefined> {
  const made = executable();
  if (made) {
    const { embeddedBefore } = await import("./embedded.ts");
    return await embeddedBefore(module, { executable: made, projectFolder });
  }
  const cached = await readCached(module.replace(/\.ts$/, ""));
  return cached && await withHashes(cached, await readProjectConfig(resolve(projectFolder)));
}

async function build(
  text: string,
  naming: { readonly notebook: string; readonly module: string; readonly sluice: string },
  labels: { readonly name: string; readonly title: string },
): Promise<Cached> {
  const [{ parseNotebook }, { buildPipeline }] = await Promise.all([
    import("../notebook/parse_notebook.ts"),
    import("./build.ts"),
  ]);
  return await writeCached(buildPipeline(parseNotebook(text, naming.notebook), naming, labels));
}

/** Hashes of blocks count the local modules as they are now, so they are made anew each time. */
async function withHashes(
  { compiled, imported }: Cached,
  config: ProjectConfig,
): Promise<CompiledPipeline> {
  const { pipeline } = compiled;
  const modules = new LocalModules(pipeline.notebook, config);
  const blocks = await Promise.all(
    pipeline.blocks.map(async (block, at) => {
      const names = imported[at] ?? [];
      if (names.length === 0) return block;
      return { ...block, hash: await sha256(block.hash, await modules.hash(names)) };
    }),
  );
  return { ...compiled, pipeline: { ...pipeline, blocks } };
}
