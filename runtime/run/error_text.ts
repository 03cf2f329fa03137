/** An error as people read it: what failed first, where in the notebook, and what caused it. @module */

/** How a stack is put into the notebook's words; `runtime/compile` knows how. */
export type Locate = (stack: string) => string;

/** Says what a denial would have needed; undefined for what is no denial. */
export type Mend = (error: unknown) => string | undefined;

/** The text of `error`, whatever was thrown, with its causes below it. Where one of them is a denial, that
 *  alone is told: the rest says only who met it. */
export function errorText(error: unknown, locate: Locate, mend: Mend = () => undefined): string {
  const texts: string[] = [];
  const seen = new Set<unknown>();
  let at = error;
  do {
    seen.add(at);
    const denial = mend(at);
    if (denial !== undefined) return locate([denial, ...framesOf(error)].join("\n"));
    texts.push(locate(stackOf(at)));
    at = causeOf(at);
  } while (at !== undefined && !seen.has(at));
  return texts.join("\nCaused by: ");
}

function causeOf(error: unknown): unknown {
  return error instanceof Error ? error.cause : undefined;
}

function stackOf(error: unknown): string {
  if (error === undefined || error === null) {
    return `${error} was thrown; throw an Error that says why`;
  }
  if (!(error instanceof Error)) return typeof error === "string" ? error : Deno.inspect(error);
  const head = error.name === "Error" ? error.message : `${error.name}: ${error.message}`;
  // A stack is taken when the error is made; its message may have been bettered since.
  return [head || error.name, ...framesOf(error)].join("\n");
}

function framesOf(error: unknown): string[] {
  if (!(error instanceof Error)) return [];
  return (error.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
}
