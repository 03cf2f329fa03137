/** Ctrl-C and SIGTERM as signals: the first cancels a run, the second kills its process. @module */
import { EXIT } from "./exit_code.ts";

/** `deno task` passes Ctrl-C on to a process that the terminal has told already: repeats this near are one. */
const SAME_PRESS_MS = 300;

/** What the person's presses abort. */
export interface CancelSignals {
  /** The first. */
  readonly signal: AbortSignal;
  /** The second. */
  readonly killSignal: AbortSignal;
}

/** After the second, `work` may still take so long to write down how things ended. */
const LAST_WORDS_MS = 1000;

/** Calls `work` with signals that the person's first and second Ctrl-C abort; a third, or `work` that does
 * not end soon after the second, ends this process with 130 where it stands. */
export async function withCancelSignals<Result>(
  work: (signals: CancelSignals) => Promise<Result>,
  { onExit = () => {} }: { onExit?: () => void } = {},
): Promise<Result> {
  const presses = [new AbortController(), new AbortController()] as const;
  let lastAt = -Infinity;
  const exit = () => {
    onExit();
    Deno.exit(EXIT.cancelled);
  };
  const press = () => {
    if (Date.now() - lastAt < SAME_PRESS_MS) return;
    lastAt = Date.now();
    const next = presses.find((controller) => !controller.signal.aborted);
    if (!next) exit();
    next?.abort(new DOMException("Cancelled by the person who started the run", "AbortError"));
    if (next === presses[1]) setTimeout(exit, LAST_WORDS_MS);
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, press);
  try {
    return await work({ signal: presses[0].signal, killSignal: presses[1].signal });
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, press);
  }
}
