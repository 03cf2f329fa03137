/** Ctrl-C and SIGTERM as an AbortSignal: the first cancels, the second ends the process at once. @module */
import { EXIT } from "./exit_code.ts";

/** `deno task` passes Ctrl-C on to a process that the terminal has told already: repeats this near are one. */
const SAME_PRESS_MS = 300;

/** Calls `work` with a signal that the person's first Ctrl-C aborts; the second ends this process with 130. */
export async function withCancelSignal<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  { onKill = () => {} }: { onKill?: () => void } = {},
): Promise<Result> {
  const controller = new AbortController();
  let firstAt: number | undefined;
  const cancel = () => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      controller.abort(
        new DOMException("Cancelled by the person who started the run", "AbortError"),
      );
    } else if (Date.now() - firstAt > SAME_PRESS_MS) {
      onKill();
      Deno.exit(EXIT.cancelled);
    }
  };
  const signals: Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, cancel);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of signals) Deno.removeSignalListener(signal, cancel);
  }
}
