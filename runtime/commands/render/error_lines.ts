/** A block's or a run's error for people: its message, the notebook line it names, and no stack. @module */
import { placeInMessage, sourceFrame } from "./source_frame.ts";
import type { Paint } from "./style.ts";

export interface ErrorOptions {
  /** The absolute path of the notebook that the run is of. */
  readonly notebook: string;
  readonly paint?: Paint;
}

/** The message's first line, the source line with its caret, then the rest of the message. */
export function errorLines(error: string, options: ErrorOptions): string[] {
  const [first = "", ...rest] = withoutStack(error).split("\n");
  return [first, ...frameOfMessage(first, options), ...rest];
}

/** The notebook's line that a message begins with naming, and a caret; none where it names none. */
export function frameOfMessage(message: string, { notebook, ...paint }: ErrorOptions): string[] {
  const place = placeInMessage(message, notebook);
  return place ? sourceFrame(place, paint) : [];
}

/** The message without the frames below it: `logs` shows those. */
export function withoutStack(error: string): string {
  const lines = error.split("\n");
  const stack = lines.findIndex((line) => /^\s+at /.test(line));
  return (stack === -1 ? lines : lines.slice(0, stack)).join("\n").trimEnd();
}
