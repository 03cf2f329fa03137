/** An error as people read it: what failed first, where in the notebook, and what caused it. @module */

/** How a stack is put into the notebook's words; `runtime/compile` knows how. */
export type Locate = (stack: string) => string;

/** The text of `error`, whatever was thrown, with its causes below it. */
export function errorText(error: unknown, locate: Locate): string {
  const texts: string[] = [];
  const seen = new Set<unknown>();
  for (let at: unknown = error; at !== undefined && !seen.has(at); at = causeOf(at)) {
    seen.add(at);
    texts.push(advised(locate(stackOf(at)), adviceFor(at)));
  }
  return texts.join("\nCaused by: ");
}

/** Advice stands behind the message, before the frames. */
function advised(text: string, advice: string): string {
  const frames = text.search(/\n\s+at /);
  return frames < 0 ? text + advice : text.slice(0, frames) + advice + text.slice(frames);
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error === "string" ? error : Deno.inspect(error);
  const head = error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
  // A stack is taken when the error is made; its message may have been bettered since.
  const frames = (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  return [head || error.name, ...frames].join("\n");
}

/** Deno names the flag that was missing; in a notebook it is a line of its metadata. */
function adviceFor(error: unknown): string {
  if (!(error instanceof Deno.errors.NotCapable)) return "";
  const asked = /^Requires (\w+) access to "?([^",]+)"?/.exec(error.message);
  if (!asked) return "";
  const [, kind, what] = asked;
  return `\nAdd to the notebook's metadata, under sluice.permissions: "${kind}": ["${what}"]`;
}
