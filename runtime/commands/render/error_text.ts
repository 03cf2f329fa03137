/** What a person reads when a command cannot go on: one clear line for each cause, without secrets. @module */
import { CommanderError } from "commander";

/** The text of whatever a command threw; with `isDebug`, its stack and causes.
 *
 * @example
 * ```ts
 * import { errorText } from "./runtime/commands/render/error_text.ts";
 * console.log(await errorText(new Error("Cannot read x.csv: no such file"))); // Cannot read x.csv: no such file
 * ``` */
export async function errorText(error: unknown, { isDebug = false } = {}): Promise<string> {
  return await Promise.resolve(isDebug ? debugText(error) : briefText(error));
}

function briefText(error: unknown): string {
  if (error instanceof CommanderError) return commanderText(error);
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map(briefText).join("\n");
  }
  if (!(error instanceof Error)) return `Failed: ${String(error)}`;
  return needsName(error) ? `${error.name}: ${error.message}` : error.message;
}

function debugText(error: unknown): string {
  return error instanceof Error ? Deno.inspect(error) : briefText(error);
}

/** Errors thrown on purpose are sentences of their own; those of the engine need their name. */
function needsName(error: Error): boolean {
  return /^(Type|Reference|Range|Syntax)Error$/.test(error.name) || error.name in Deno.errors;
}

/** Commander writes `error: unknown option '--vra'\n(Did you mean --var?)`. */
function commanderText(error: CommanderError): string {
  const text = error.message.replace(/^error: /, "").replace(/\.\s*\(Did you/, " (Did you");
  const [said = "", meant] = text.split(/\n\(Did you mean (?:one of )?(.+?)\?\)/);
  const sentence = said.charAt(0).toUpperCase() + said.slice(1);
  return meant ? `${sentence}; did you mean ${meant.replaceAll(", ", " or ")}?` : sentence;
}
