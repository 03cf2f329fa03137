/** A dispatcher for the runs that one command asks for, and no others: they end before the command does. @module */
import type { Dispatcher } from "../dispatch/api.ts";
import { ownRedact } from "../io/profiles/own_redact.ts";
import type { Store } from "../store/open_store.ts";
import type { Place } from "./place.ts";

/** Where runs are asked for, in the shape that triggers and backfills take it. */
export interface OwnRuns {
  readonly projectFolder: string;
  readonly store: Store;
  readonly dispatcher: Dispatcher;
}

/** Calls `work` with a dispatcher within the limits of sluice.yaml, and closes it. */
export async function withOwnDispatcher<Result>(
  { project: projectFolder }: Place,
  work: (own: OwnRuns) => Promise<Result>,
): Promise<Result> {
  const [{ openStore }, { openDispatcher }, { loadSettings }] = await Promise.all([
    import("../store/open_store.ts"),
    import("../dispatch/dispatcher.ts"),
    import("../trigger/settings.ts"),
  ]);
  const { limits } = await loadSettings(projectFolder);
  const store = openStore(projectFolder);
  try {
    const dispatcher = await openDispatcher({
      projectFolder,
      store,
      limits,
      takes: "own",
      redact: ownRedact(),
    });
    try {
      return await work({ projectFolder, store, dispatcher });
    } finally {
      await dispatcher.close();
    }
  } finally {
    store.close();
  }
}
