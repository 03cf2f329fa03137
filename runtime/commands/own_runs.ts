/** Runs that a command executes itself, by a dispatcher that takes no others: they end before it does.
 *  @module */
import { openDispatcher } from "../dispatch/dispatcher.ts";
import { ownRedact } from "../io/profiles/own_redact.ts";
import { openStore } from "../store/open_store.ts";
import { cancelBackfill, retryBackfill, startBackfill } from "../trigger/backfill.ts";
import { fireTrigger } from "../trigger/fire.ts";
import { loadSettings } from "../trigger/settings.ts";
import type { Place } from "./place.ts";
import type { RunPlace } from "./run_place.ts";

/** Calls `work` with a dispatcher within the limits of sluice.yaml as the place of runs, and closes it. */
export async function withOwnRuns<Result>(
  { project: projectFolder }: Place,
  work: (runs: RunPlace) => Promise<Result>,
): Promise<Result> {
  const { limits, retention } = await loadSettings(projectFolder);
  const store = openStore(projectFolder);
  try {
    const dispatcher = await openDispatcher({
      projectFolder,
      store,
      limits,
      keptOutputs: retention.outputs,
      takes: "own",
      redact: ownRedact(),
    });
    const own = { projectFolder, store, dispatcher };
    try {
      return await work({
        store,
        server: undefined,
        fire: (trigger, variables) => fireTrigger(trigger, { variables }, own),
        cancel: (run) => dispatcher.cancel(run),
        resume: (run, variables) => dispatcher.resume(run, { variables }),
        retry: (run) => dispatcher.retry(run),
        startBackfill: (request) => startBackfill(request, own),
        cancelBackfill: (backfill) => cancelBackfill(backfill, own),
        retryBackfill: (backfill) => retryBackfill(backfill, own),
      });
    } finally {
      await dispatcher.close();
    }
  } finally {
    store.close();
  }
}
