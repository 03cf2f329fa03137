/** Hears of it when another process asks for a run's end: the server, or a command. @module */
import type { RunStore } from "./run_store.ts";

/** With the grace that a run's process has, an end that is asked for comes within two seconds. */
const LOOK_MS = 250;

/** A signal that aborts with `own`, or when the history says that the run is to end. */
export interface CancelWatch extends Disposable {
  readonly signal: AbortSignal;
}

/** Looks until it is disposed of. */
export function watchCancel(
  run: string,
  { store, own }: {
    readonly store: Pick<RunStore, "isCancelRequested">;
    readonly own: AbortSignal | undefined;
  },
): CancelWatch {
  const asked = new AbortController();
  const look = async () => {
    if (!await store.isCancelRequested(run)) return;
    clearInterval(timer);
    asked.abort(new DOMException("the run was cancelled", "AbortError"));
  };
  // A history that is locked for a while is looked into again.
  const timer = setInterval(() => void look().catch(() => {}), LOOK_MS);
  return {
    signal: own ? AbortSignal.any([own, asked.signal]) : asked.signal,
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
