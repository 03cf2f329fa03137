/** What sluice.yaml says of runs that the command line starts. Loading what reads YAML takes as
 *  long as all else that the command does, so what was read is kept until the file changes. @module */
import { replaceFile } from "../compile/replace_file.ts";
import { join } from "../context/paths.ts";
import { sha256 } from "../context/sha256.ts";
import { DEFAULT_KEPT_OUTPUTS, type KeptOutputs } from "../run/kept_outputs.ts";
import { UsageError } from "./exit_code.ts";
import type { Place } from "./place.ts";

export interface ProjectSettings {
  readonly variables: Readonly<Record<string, string>>;
  readonly keptOutputs: KeptOutputs;
}

/** Raised by hand when sluice.yaml is read in another way. */
const VERSION = "2";

/** The part of the project's sluice.yaml that a run needs; the defaults where it has no such file.
 *
 * @throws {UsageError} when the file has a problem. */
export async function projectSettings({ project }: Place): Promise<ProjectSettings> {
  const text = await textOf(join(project, "sluice.yaml"));
  if (text === undefined) return { variables: {}, keptOutputs: DEFAULT_KEPT_OUTPUTS };
  const hash = await sha256(VERSION, text);
  const kept = join(project, ".sluice", "compiled", `sluice.yaml-${hash.slice(0, 16)}.json`);
  const known = await textOf(kept);
  if (known !== undefined) return JSON.parse(known);
  const { settingsFrom } = await import("../trigger/settings.ts");
  const { variables, retention, problems } = await settingsFrom(text);
  if (problems[0]) throw new UsageError(problems[0].text);
  const settings = { variables, keptOutputs: retention.outputs };
  await replaceFile(kept, JSON.stringify(settings));
  return settings;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
