/** What may stand next on a command line: commands, options, their values, pipelines, runs. @module */
import type { Argument, Command } from "./arguments/command.ts";
import { join } from "../context/paths.ts";
import type { Pipeline } from "../compile/pipeline.ts";
import { COMMANDS } from "./commands.ts";
import type { Trigger } from "../trigger/trigger.ts";
import { compilePipeline } from "./compile_pipeline.ts";
import { pipelineName } from "../notebook/project_notebooks.ts";
import { notebooksOf } from "./find_pipeline.ts";
import { withHistory } from "./history.ts";
import type { Place } from "./place.ts";

export interface CandidateOptions {
  readonly place: Place;
  /** The command that the first word names, where it is one of ours. */
  readonly declared: Command | undefined;
}

/** What may stand in place of the last of `words`; the first word is the command. */
export async function candidates(
  words: readonly string[],
  options: CandidateOptions,
): Promise<string[]> {
  const typed = words.at(-1) ?? "";
  const possible = await possibleWords(words.slice(0, -1), { ...options, typed });
  return possible.filter((word) => word.startsWith(typed) && word !== typed);
}

async function possibleWords(
  given: readonly string[],
  { place, declared, typed }: CandidateOptions & { typed: string },
): Promise<string[]> {
  if (given.length === 0) return commandNames(place);
  if (!declared) return [];
  const [argument] = declared.arguments;
  const option = declared.options.find((known) =>
    [known.short, known.long].includes(given.at(-1)) && known.takesValue
  );
  if (option) {
    return [...option.read?.choices ?? await optionValues(option.long, given, { place, argument })];
  }
  if (typed.startsWith("-")) return declared.options.map((known) => known.long);
  if (argument?.name === "run") return await runIds(place);
  if (argument?.name === "trigger") return (await triggersOf(place)).map(({ name }) => name);
  return argument ? notebooksOf(place).map(pipelineName) : [];
}

/** Ours, and whatever else the project's deno.json has. */
function commandNames(place: Place): string[] {
  try {
    const { tasks = {} } = JSON.parse(Deno.readTextFileSync(join(place.project, "deno.json")));
    return [...new Set([...Object.keys(COMMANDS), ...Object.keys(tasks)])];
  } catch {
    return Object.keys(COMMANDS);
  }
}

async function optionValues(
  long: string | undefined,
  given: readonly string[],
  { place, argument }: { readonly place: Place; readonly argument: Argument | undefined },
): Promise<string[]> {
  if (["--enable", "--disable", "--token"].includes(long ?? "")) {
    return (await triggersOf(place)).map(({ name }) => name);
  }
  const named = given.slice(1).find((word) => !word.startsWith("-"));
  const pipeline = await pipelineOf(
    argument?.name === "trigger"
      ? (await triggersOf(place)).find(({ name }) => name === named)?.pipeline
      : named,
    place,
  );
  if (long === "--var") return pipeline?.parameters.map(({ name }) => `${name}=`) ?? [];
  if (long === "--block") return pipeline?.blocks.map(({ name }) => name) ?? [];
  return [];
}

async function pipelineOf(
  named: string | undefined,
  place: Place,
): Promise<Pipeline | undefined> {
  if (named === undefined) return undefined;
  try {
    return (await compilePipeline(named, place)).pipeline;
  } catch {
    return undefined; // Half a name, or a notebook that does not compile yet, has no completions.
  }
}

async function triggersOf({ project }: Place): Promise<readonly Trigger[]> {
  const { loadTriggers } = await import("../trigger/triggers_file.ts");
  return (await loadTriggers(project)).triggers;
}

async function runIds(place: Place): Promise<string[]> {
  const runs = await withHistory(place, (store) => store.listRuns({ limit: 20 }));
  return runs?.map(({ id }) => id) ?? [];
}
