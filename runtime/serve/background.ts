/** What the server does without being asked: runs the queue, fires triggers, goes on with backfills, sends
 *  alerts, removes what is past keeping. @module */
import { type Dispatcher, openDispatcher } from "../dispatch/dispatcher.ts";
import { ownRedact } from "../io/profiles/own_redact.ts";
import type { Store } from "../store/open_store.ts";
import { startAlerts } from "../trigger/alerts.ts";
import { continueBackfills } from "../trigger/backfill.ts";
import { startRetention } from "../trigger/retention.ts";
import { openScheduler } from "../trigger/scheduler.ts";
import type { TriggersFile } from "../trigger/triggers_file.ts";
import { type EventLog, servedFrom } from "./event_log.ts";
import { liveSettings } from "./live_settings.ts";

export interface BackgroundOptions {
  readonly projectFolder: string;
  readonly store: Store;
  /** Where what the dispatcher tells goes to. */
  readonly events: EventLog;
}

/** What goes on until it is closed. */
export interface Background {
  readonly dispatcher: Dispatcher;
  /** When each enabled schedule fires next, in milliseconds since 1970. */
  nextTimes(): ReadonlyMap<string, number>;
  /** Fires nothing more, lets runs finish or wait for the next server, ends every process. */
  close(): Promise<void>;
}

/** Starts all of it; runs that a killed server left are taken up first. */
export async function openBackground(
  { projectFolder, store, events }: BackgroundOptions,
): Promise<Background> {
  const redact = ownRedact();
  const warn = (text: string) => console.error(redact(text));
  const onError = (error: unknown) => warn(error instanceof Error ? error.message : String(error));
  const settings = liveSettings(projectFolder, warn);
  const { limits } = await settings();
  await using opening = new AsyncDisposableStack();
  const dispatcher = await openDispatcher({
    projectFolder,
    store,
    limits,
    isUnderServer: true,
    redact,
    onEvent: (event) => events.add(servedFrom(event)),
  });
  opening.defer(() => dispatcher.close());
  const common = { projectFolder, store, dispatcher, onError };
  let isClosing = false;
  const continued = continueBackfills(common).catch((error) => {
    // The dispatcher takes no more: the next server goes on with them.
    if (!isClosing) onError(error);
  });
  const scheduler = await openScheduler({
    ...common,
    onTriggers: tellingNew(warn),
  });
  const alerts = startAlerts({ ...common, alerts: async () => (await settings()).alerts });
  const retention = startRetention({
    ...common,
    retention: async () => (await settings()).retention,
  });
  const repeating = [scheduler, alerts, retention];
  const open = opening.move();
  return {
    dispatcher,
    nextTimes: () => scheduler.nextTimes(),
    async close() {
      isClosing = true;
      await Promise.all(repeating.map((each) => each.close()));
      await dispatcher.drain();
      await continued;
      await open.disposeAsync();
    },
  };
}

/** Tells of each problem of triggers.yaml once, not again whenever the file is saved with it. */
function tellingNew(warn: (text: string) => void): (file: TriggersFile) => void {
  let told = new Set<string>();
  return ({ problems }) => {
    const texts = new Set(problems.map(({ text }) => text));
    for (const text of texts.difference(told)) warn(text);
    told = texts;
  };
}
