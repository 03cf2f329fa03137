/** Keeps compiled notebooks: the module, and beside it what the compiler knows of it as JSON. @module */
import { sha256 } from "../context/sha256.ts";
import type { Build } from "./build.ts";
import type { CompiledPipeline } from "./pipeline.ts";
import { replaceFile } from "./replace_file.ts";

/** What is kept of a build beside its text. */
export interface Cached {
  /** The hashes of its blocks cover their code, and not the modules that they import. */
  readonly compiled: CompiledPipeline;
  /** For each block the modules that it imports, as the notebook writes them. */
  readonly imported: readonly (readonly string[])[];
}

/** What stands under `file` (a path without its ending); undefined where it is not whole. */
export async function readCached(file: string): Promise<Cached | undefined> {
  try {
    const [text] = await Promise.all([Deno.readTextFile(`${file}.json`), Deno.stat(`${file}.ts`)]);
    return JSON.parse(text) as Cached;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Writes both files beside their names and renames them, the JSON last: who finds it finds both.
 *  Gives what the next reader will get. */
export async function writeCached({ text, compiled, sources }: Build): Promise<Cached> {
  const file = compiled.module.replace(/\.ts$/, "");
  await replaceFile(`${file}.ts`, text);
  const { pipeline } = compiled;
  const blocks = await Promise.all(
    pipeline.blocks.map(async (block, at) => ({
      ...block,
      hash: await sha256(sources[at]?.code ?? ""),
    })),
  );
  const json = JSON.stringify({
    compiled: { ...compiled, pipeline: { ...pipeline, blocks } },
    imported: sources.map(({ modules }) => modules),
  });
  await replaceFile(`${file}.json`, json);
  return JSON.parse(json) as Cached;
}
