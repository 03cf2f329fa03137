/** Writes the entry of an executable: a module that names every pipeline's compiled module, so that
 *  `deno compile` finds and embeds them with all that they import. @module */
import { existsSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { compileNotebook } from "../compile/compile.ts";
import { type Cached, readCached } from "../compile/cache.ts";
import type { Kept } from "../compile/embedded.ts";
import type { CompiledPipeline } from "../compile/pipeline.ts";
import { entryConfig, fromFolder } from "./entry_config.ts";

/** What is written. */
export interface WrittenEntry {
  /** The entry's absolute path. */
  readonly entry: string;
  /** For each pipeline: its notebook, and the modules and files that its blocks name. */
  readonly sources: readonly { readonly notebook: string; readonly modules: readonly string[] }[];
}

const EXECUTABLE = fileURLToPath(new URL("../executable.ts", import.meta.url));

/** Compiles the notebooks into `folder`, which must be in the project, and writes the entry beside.
 *
 * @throws {CompileErrors} of the first notebook that does not compile. */
export async function writeEntry(
  notebooks: readonly string[],
  { project, folder }: { readonly project: string; readonly folder: string },
): Promise<WrittenEntry> {
  await Deno.mkdir(folder, { recursive: true });
  const config = await entryConfig(project, folder);
  await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify(config));
  await copyLock(project, folder);
  const embedded: string[] = [];
  const sources: WrittenEntry["sources"][number][] = [];
  for (const notebook of notebooks) {
    const compiled = await compileNotebook(notebook, {
      projectFolder: project,
      cacheFolder: folder,
      sluice: "sluice",
    });
    sources.push({ notebook, modules: await modulesOf(compiled) });
    embedded.push(await embed(compiled, project));
  }
  const entry = join(folder, "main.ts");
  await Deno.writeTextFile(entry, entryText(embedded, { project, folder }));
  return { entry, sources };
}

/** The packages are those of the project's lock, or of Sluice's where it has none. */
async function copyLock(project: string, folder: string): Promise<void> {
  const locks = [join(project, "deno.lock"), join(dirname(dirname(EXECUTABLE)), "deno.lock")];
  const lock = locks.find((path) => existsSync(path));
  if (lock !== undefined) await Deno.copyFile(lock, join(folder, "deno.lock"));
}

async function modulesOf({ module }: CompiledPipeline): Promise<readonly string[]> {
  const { imported } = await readCached(withoutSuffix(module)) as Cached;
  return [...new Set(imported.flat())];
}

/** Writes what the executable keeps of the pipeline, and gives the lines that name it. */
async function embed(compiled: CompiledPipeline, project: string): Promise<string> {
  const { pipeline: { notebook, ...pipeline }, lines, module } = compiled;
  const kept: Kept = { pipeline, lines };
  await Deno.writeTextFile(`${withoutSuffix(module)}.json`, JSON.stringify(kept));
  const name = basename(module);
  return `    {
      notebook: ${JSON.stringify(relative(project, notebook))},
      name: ${JSON.stringify(name)},
      module: () => import(${JSON.stringify(`./${name}`)}),
      compiled: () => import(${
    JSON.stringify(`./${withoutSuffix(name)}.json`)
  }, { with: { type: "json" } }),
    },`;
}

function entryText(
  embedded: readonly string[],
  { project, folder }: { readonly project: string; readonly folder: string },
): string {
  return `/** The entry of an executable, written by Sluice. @module */
import { runExecutable } from ${JSON.stringify(fromFolder(folder, EXECUTABLE))};

await runExecutable({
  entry: import.meta.url,
  project: ${JSON.stringify(`${fromFolder(folder, project)}/`)},
  pipelines: [
${embedded.join("\n")}
  ],
});
`;
}

function withoutSuffix(module: string): string {
  return module.replace(/\.ts$/, "");
}
