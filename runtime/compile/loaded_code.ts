/** What a run of a pipeline loads beside Sluice and packages. @module */
import { sha256 } from "../context/sha256.ts";
import { importedNames, LocalModules } from "./local_modules.ts";
import type { CompiledPipeline } from "./pipeline.ts";
import { readProjectConfig } from "./project_config.ts";

/** The code of a run. */
export interface LoadedCode {
  /** The same where the emitted module and all local modules below it are the same. */
  readonly hash: string;
  /** Whether a module may remember something from one run to the next in the same process. */
  readonly mayKeepState: boolean;
}

/** The code that a run of the pipeline would load now; undefined where the emitted module is gone. */
export async function loadedCode(
  { module }: Pick<CompiledPipeline, "module">,
  { projectFolder }: { readonly projectFolder: string },
): Promise<LoadedCode | undefined> {
  const [text, config] = await Promise.all([
    Deno.readTextFile(module).catch(() => undefined),
    readProjectConfig(projectFolder),
  ]);
  if (text === undefined) return undefined;
  const names = importedNames(text);
  const modules = new LocalModules(module, config);
  const [below, mayKeepState] = await Promise.all([
    modules.hash(names),
    modules.mayKeepState(names),
  ]);
  return { hash: await sha256([module, text, below].join("\n")), mayKeepState };
}
