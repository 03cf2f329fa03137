/** What a person reads when a command cannot go on: one clear line for each cause, the notebook line where
 *  there is one, and no secrets. @module */
import { CompileError } from "../../notebook/compile_error.ts";
import { ownRedact } from "../../io/profiles/own_redact.ts";
import { sourceFrame } from "./source_frame.ts";
import { type Paint, plain } from "./style.ts";
import { systemErrorText } from "./system_error_text.ts";

export interface ErrorTextOptions {
  /** Show the stack and the causes too. */
  readonly isDebug?: boolean;
  readonly paint?: Paint;
}

/** The text of whatever a command threw.
 *
 * @example
 * ```ts
 * import { errorText } from "./error_text.ts";
 * console.log(errorText(new Error("Cannot read x.csv: no such file"))); // Cannot read x.csv: no such file
 * ``` */
export function errorText(
  error: unknown,
  { isDebug = false, paint = plain }: ErrorTextOptions = {},
): string {
  return ownRedact()(
    isDebug && error instanceof Error ? Deno.inspect(error) : briefText(error, paint),
  );
}

function briefText(error: unknown, paint: Paint): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return error.errors.map((one) => briefText(one, paint)).join("\n");
  }
  if (error instanceof CompileError) return compileErrorText(error, paint);
  if (!(error instanceof Error)) return paint("bad", `Failed: ${String(error)}`);
  const refused = systemErrorText(error);
  if (refused !== undefined) return paint("bad", refused);
  return paint("bad", needsName(error) ? `${error.name}: ${error.message}` : error.message);
}

function compileErrorText(error: CompileError, paint: Paint): string {
  const { notebook, cell, line, column } = error;
  const frame = cell === undefined || line === undefined
    ? []
    : sourceFrame({ notebook, cell, line, column }, { paint });
  return [paint("bad", error.message), ...frame].join("\n");
}

/** Errors thrown on purpose are sentences of their own; those of the engine need their name. */
function needsName(error: Error): boolean {
  return /^(Type|Reference|Range|Syntax)Error$/.test(error.name) || error.name in Deno.errors;
}
