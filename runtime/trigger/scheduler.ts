/** The triggers of a project at work: triggers.yaml as it is now, its schedules and its events. A file that is
 *  saved takes effect within a second; what has a problem fires no more until it is mended. @module */
import { join } from "../context/paths.ts";
import type { Dispatcher } from "../dispatch/api.ts";
import type { TriggerStates } from "../store/trigger_state.ts";
import { type Clock, repeat, type Repeating, systemClock } from "./clock.ts";
import { watchEvents } from "./event_sources.ts";
import { fileStamp } from "./file_stamp.ts";
import { openSchedules } from "./schedules.ts";
import type { EventTrigger, Trigger } from "./trigger.ts";
import { loadTriggers, TRIGGERS_FILE, type TriggersFile } from "./triggers_file.ts";

export interface SchedulerOptions {
  readonly projectFolder: string;
  readonly store: TriggerStates;
  readonly dispatcher: Pick<Dispatcher, "accept">;
  readonly clock?: Clock;
  /** Told of what could not be read or fired; it is tried again. */
  readonly onError?: (error: unknown) => void;
  /** Called with the file as it was read, at the start and whenever it changed. */
  readonly onTriggers?: (file: TriggersFile) => void;
}

export interface Scheduler {
  /** The file as it was last read. */
  readonly file: TriggersFile;
  /** When each enabled schedule fires next, in milliseconds since 1970. */
  nextTimes(): ReadonlyMap<string, number>;
  /** Reads the file again where it changed, and fires what is due. */
  tick(): Promise<void>;
  close(): Promise<void>;
}

const LOOK_MS = 500;

/** Reads triggers.yaml and lets its triggers fire until it is closed.
 *
 * @throws {Error} where the file cannot be read at all. */
export async function openScheduler(options: SchedulerOptions): Promise<Scheduler> {
  const { projectFolder, clock = systemClock, onError = () => {}, onTriggers = () => {} } = options;
  const own = { ...options, clock, onError };
  const schedules = openSchedules(own);
  const watched = new Map<string, Repeating>();
  const path = join(projectFolder, TRIGGERS_FILE);
  let file = await loadTriggers(projectFolder);
  let stamp = fileStamp(path);

  async function apply(): Promise<void> {
    await schedules.setTriggers(file.triggers);
    await watchAnew(watched, file.triggers, (trigger) => watchEvents(trigger, own));
    onTriggers(file);
  }
  async function look(): Promise<void> {
    const now = fileStamp(path);
    if (now === stamp) return;
    const read = await loadTriggers(projectFolder);
    stamp = now;
    if (read.etag === file.etag) return;
    // A file that is no YAML says nothing of its triggers: they go on as they were.
    file = read.isReadable ? read : { ...read, triggers: file.triggers };
    await apply();
  }
  await apply();
  const looking = repeat(look, { clock, everyMs: LOOK_MS, onError });
  return {
    get file() {
      return file;
    },
    nextTimes: () => schedules.nextTimes(),
    async tick() {
      await look();
      await schedules.tick();
    },
    async close() {
      await looking.close();
      await Promise.all([...watched.values()].map((each) => each.close()));
      await schedules.close();
    },
  };
}

/** Those that stay as they are are left alone: what waits for a connection need not make it anew. */
async function watchAnew(
  watched: Map<string, Repeating>,
  triggers: readonly Trigger[],
  watch: (trigger: EventTrigger) => Repeating,
): Promise<void> {
  const wanted = new Map(
    triggers.filter((trigger) => trigger.kind === "event").filter(({ enabled }) => enabled)
      .map((trigger) => [JSON.stringify(trigger), trigger]),
  );
  for (const [key, each] of [...watched]) {
    if (wanted.has(key)) continue;
    watched.delete(key);
    await each.close();
  }
  for (const [key, trigger] of wanted) {
    if (!watched.has(key)) watched.set(key, watch(trigger));
  }
}
