/** The variables of sluice.yaml for a run that the command line starts. Loading what reads YAML takes as
 *  long as all else that the command does, so what was read is kept until the file changes. @module */
import { replaceFile } from "../compile/replace_file.ts";
import { join } from "../context/paths.ts";
import { sha256 } from "../context/sha256.ts";
import { UsageError } from "./exit_code.ts";
import type { Place } from "./place.ts";

type Variables = Readonly<Record<string, string>>;

/** Raised by hand when sluice.yaml's variables are read in another way. */
const VERSION = "1";

/** The variables of the project's sluice.yaml; none where it has no such file.
 *
 * @throws {UsageError} when the file has a problem. */
export async function projectVariables({ project }: Place): Promise<Variables> {
  const text = await textOf(join(project, "sluice.yaml"));
  if (text === undefined) return {};
  const hash = await sha256(VERSION, text);
  const kept = join(project, ".sluice", "compiled", `sluice.yaml-${hash.slice(0, 16)}.json`);
  const known = await textOf(kept);
  if (known !== undefined) return JSON.parse(known);
  const { settingsFrom } = await import("../trigger/settings.ts");
  const { variables, problems } = await settingsFrom(text);
  if (problems[0]) throw new UsageError(problems[0].text);
  await replaceFile(kept, JSON.stringify(variables));
  return variables;
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
