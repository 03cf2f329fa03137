/** A block's or a run's error for people: its message, the notebook line it names, and no stack. @module */
import { placeInError, sourceFrame } from "./source_frame.ts";
import type { Paint } from "./style.ts";

export interface ErrorOptions {
  /** The absolute path of the notebook that the run is of. */
  readonly notebook: string;
  readonly paint?: Paint;
}

/** The message's first line, its place in the notebook before it, the source line with its caret, then the rest. */
export function errorLines(error: string, options: ErrorOptions): string[] {
  const [, ...rest] = withoutStack(error).split("\n");
  return [locatedMessage(error, options.notebook), ...frameOfError(error, options), ...rest];
}

/** The first line of an error, with the place that its stack names put before it where it names none. */
export function locatedMessage(error: string, notebook: string): string {
  const [message = ""] = withoutStack(error).split("\n");
  const found = placeInError(error, notebook);
  return found && !message.includes(found.label) ? `${found.label}: ${message}` : message;
}

/** The notebook's line that an error points at, and a caret; none where it points at none. */
export function frameOfError(error: string, { notebook, ...paint }: ErrorOptions): string[] {
  const found = placeInError(error, notebook);
  return found?.place ? sourceFrame(found.place, paint) : [];
}

/** The message without the frames and causes below it: `logs` shows those. */
function withoutStack(error: string): string {
  const lines = error.split("\n");
  const stack = lines.findIndex((line) => /^(\s+at |Caused by: )/.test(line));
  return (stack === -1 ? lines : lines.slice(0, stack)).join("\n").trimEnd();
}
