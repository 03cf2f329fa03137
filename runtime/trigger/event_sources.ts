/** What event triggers wait for, watched until it is closed: files, notifications of Postgres, ends of runs. Each
 *  happening fires once: what was seen is in the history. @module */
import { createHash } from "node:crypto";
import type { TriggerStates } from "../store/trigger_state.ts";
import { type Clock, repeat, type Repeating } from "./clock.ts";
import { findFiles } from "./find_files.ts";
import { fire, type FireOptions } from "./fire.ts";
import { projectPlace } from "./project_place.ts";
import { listen } from "./listen.ts";
import type { EventSource, EventTrigger } from "./trigger.ts";

export interface EventOptions extends FireOptions {
  readonly store: TriggerStates;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** Watches for what the trigger waits for, and fires it. */
export function watchEvents(trigger: EventTrigger, options: EventOptions): Repeating {
  switch (trigger.source.kind) {
    case "file":
      return watchFiles(trigger, trigger.source, options);
    case "notify":
      return watchNotifications(trigger, trigger.source, options);
    case "pipeline":
      return watchPipeline(trigger, trigger.source, options);
  }
}

type SourceOf<Kind> = Extract<EventSource, { kind: Kind }>;

/** A file counts once it is the same in two looks, so that none is read half written. Files that were there
 *  before the trigger have not appeared. */
function watchFiles(
  trigger: EventTrigger,
  source: SourceOf<"file">,
  options: EventOptions,
): Repeating {
  const { store, clock, onError, projectFolder } = options;
  const reader = `${trigger.name} ${source.pattern}`;
  const place = projectPlace(projectFolder, trigger.name);
  let before = new Set<string>();
  async function look(): Promise<void> {
    const found = await place.inside(() => findFiles(source, projectFolder));
    const seen = await store.listSeen(reader);
    const items = new Map(found.map((file) => [`${file.path} ${file.version}`, file]));
    if (!seen.has(BEGUN)) {
      await store.addSeen(reader, [BEGUN, ...items.keys()], clock.now());
      return;
    }
    for (const [item, { path, size }] of items) {
      if (seen.has(item) || !before.has(item)) continue;
      const event = { kind: "file", path, size };
      await fire(trigger, { event, key: keyOf(trigger, item), whenRefused: "record" }, options);
      await store.addSeen(reader, [item], clock.now());
    }
    const gone = [...seen].filter((item) => item !== BEGUN && !items.has(item));
    if (gone.length > 0) await store.forgetSeen(reader, gone);
    before = new Set(items.keys());
  }
  const looking = repeat(look, { clock, everyMs: source.everyMs, onError });
  return {
    async close() {
      await looking.close();
      await place.close();
    },
  };
}

/** Stands in the history for the first look of all. */
const BEGUN = "";

/** One notification is one firing. What is sent while nobody listens is lost: Postgres keeps none. */
function watchNotifications(
  trigger: EventTrigger,
  { channel, profile }: SourceOf<"notify">,
  options: EventOptions,
): Repeating {
  return listen({ channel, profile }, {
    ...options,
    onNotification: (payload) => {
      const event = { kind: "notify", channel, payload: parsed(payload) };
      void fire(trigger, { event, whenRefused: "record" }, options).catch(options.onError);
    },
  });
}

/** The payload as JSON where it is that, else the text. */
function parsed(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

const LOOK_MS = 500;
const ENDS_AT_ONCE = 100;

/** The history counts every end of a run, whoever ran it, so that none is lost while no server runs. */
function watchPipeline(
  trigger: EventTrigger,
  { pipeline, status }: SourceOf<"pipeline">,
  options: EventOptions,
): Repeating {
  const { store, clock, onError } = options;
  const reader = `trigger ${trigger.name} ${pipeline} ${status}`;
  async function look(): Promise<void> {
    let place = await store.openCursor(reader);
    const ends = await store.listEndedRuns(place, ENDS_AT_ONCE, clock.now());
    for (const end of ends) {
      const { number, run } = end;
      if (end.pipeline === pipeline && end.status === status && !end.goesOn) {
        const event = { kind: "pipeline", pipeline, status, run };
        const key = `${trigger.name}@end ${number}`;
        await fire(trigger, { event, key, whenRefused: "record" }, options);
      }
      place = number;
    }
    if (ends.length > 0) await store.saveCursor(reader, place);
  }
  return repeat(look, { clock, everyMs: LOOK_MS, onError });
}

/** A path may be long, and a key is kept in an index. */
function keyOf(trigger: EventTrigger, item: string): string {
  return `${trigger.name}@${createHash("sha256").update(item).digest("hex")}`;
}
