/** Keeps compiled notebooks: the module, and beside it what the compiler knows of it as JSON. @module */
import { dirname } from "node:path";
import type { Build } from "./build.ts";

/** What is kept of a build beside its text. */
export type Cached = Pick<Build, "compiled" | "sources">;

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
  await Deno.mkdir(dirname(file), { recursive: true });
  await replaceFile(`${file}.ts`, text);
  const json = JSON.stringify({ compiled, sources });
  await replaceFile(`${file}.json`, json);
  return JSON.parse(json) as Cached;
}

async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.${crypto.randomUUID()}.tmp`;
  try {
    await Deno.writeTextFile(beside, text);
    await Deno.rename(beside, path);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw error;
  }
}
