/** Fires the project's schedules, each occurrence once: how far each has come is kept in the history, and an
 *  occurrence is the key of its run, so that a scheduler that was killed, or whose clock jumped, repeats
 *  none and leaves none out.
 *
 *  The next occurrence of every schedule waits in a heap; a tick looks at what is due and nothing else. @module */
import type { Dispatcher } from "../dispatch/api.ts";
import type { ScheduleState, TriggerStates } from "../store/trigger_state.ts";
import { type Clock, repeat, systemClock } from "./clock.ts";
import { fire } from "./fire.ts";
import { Heap } from "./heap.ts";
import { type NextOccurrence, occurrencesOf } from "./occurrences.ts";
import type { ScheduleTrigger, Trigger } from "./trigger.ts";

export interface SchedulesOptions {
  readonly projectFolder: string;
  readonly store: Pick<TriggerStates, "listSchedules" | "saveSchedules" | "forgetSchedules">;
  readonly dispatcher: Pick<Dispatcher, "accept">;
  readonly clock?: Clock;
  /** Told of what could not be fired; it is tried again. */
  readonly onError?: (error: unknown) => void;
}

export interface Schedules {
  /** Takes these triggers in place of those before; those that are no schedules are passed over. */
  setTriggers(triggers: readonly Trigger[]): Promise<void>;
  /** Fires what is due. A tick that is called during another one waits for it. */
  tick(): Promise<void>;
  /** When each enabled schedule fires next, by trigger. */
  nextTimes(): ReadonlyMap<string, number>;
  /** Lets a tick under way finish; nothing fires after it. */
  close(): Promise<void>;
}

/** One schedule under way. */
interface Scheduled {
  readonly trigger: ScheduleTrigger;
  readonly next: NextOccurrence;
  state: ScheduleState;
}

/** Clocks are looked at so often, so that a jump is noticed soon. */
const TICK_MS = 500;
/** An occurrence that is later than this was missed. */
const MISSED_MS = 60_000;
/** Of one schedule, so many missed occurrences are caught up in one tick: others get their turn between. */
const CAUGHT_UP_AT_ONCE = 100;

/** Opens the schedules and lets them tick until it is closed. */
export function openSchedules(options: SchedulesOptions): Schedules {
  const { clock = systemClock, onError = () => {} } = options;
  const schedules = new TickingSchedules({ ...options, clock, onError });
  const ticking = repeat(() => schedules.tick(), { clock, everyMs: TICK_MS, onError });
  return {
    setTriggers: (triggers) => schedules.setTriggers(triggers),
    tick: () => schedules.tick(),
    nextTimes: () => schedules.nextTimes(),
    async close() {
      schedules.stop();
      await ticking.close();
      await schedules.settled();
    },
  };
}

class TickingSchedules {
  readonly #options: Required<SchedulesOptions>;
  #scheduled = new Map<string, Scheduled>();
  #heap = new Heap<Scheduled>();
  #lastNow: number;
  #isStopped = false;
  #queue: Promise<void> = Promise.resolve();

  constructor(options: Required<SchedulesOptions>) {
    this.#options = options;
    this.#lastNow = options.clock.now();
  }

  setTriggers(triggers: readonly Trigger[]): Promise<void> {
    return this.#alone(() => this.#setTriggers(triggers));
  }

  tick(): Promise<void> {
    return this.#alone(() => this.#tick());
  }

  nextTimes(): ReadonlyMap<string, number> {
    const times = new Map<string, number>();
    for (const [name, { next, state }] of this.#scheduled) {
      const at = next(state.positionMs);
      if (at !== undefined) times.set(name, at);
    }
    return times;
  }

  stop(): void {
    this.#isStopped = true;
  }

  async settled(): Promise<void> {
    await this.#queue;
  }

  /** One after the other: two that fire at once would both read the same position. */
  #alone(work: () => Promise<void>): Promise<void> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  async #setTriggers(triggers: readonly Trigger[]): Promise<void> {
    const { store, clock } = this.#options;
    const now = clock.now();
    const before = new Map((await store.listSchedules()).map((state) => [state.trigger, state]));
    const schedules = triggers.filter((trigger) => trigger.kind === "schedule");
    const changed: ScheduleState[] = [];
    this.#scheduled = new Map();
    for (const trigger of schedules) {
      const known = before.get(trigger.name);
      const state = stateOf(trigger, known, now);
      if (state !== known) changed.push(state);
      before.delete(trigger.name);
      if (!trigger.enabled) continue;
      const next = await occurrencesOf(trigger.schedule, startOf(trigger, state));
      this.#scheduled.set(trigger.name, { trigger, next, state });
    }
    if (changed.length > 0) await store.saveSchedules(changed);
    if (before.size > 0) await store.forgetSchedules([...before.keys()]);
    this.#rebuild();
  }

  async #tick(): Promise<void> {
    const now = this.#options.clock.now();
    if (now < this.#lastNow) this.#turnBack(now);
    this.#lastNow = now;
    const changed: ScheduleState[] = [];
    const again: Scheduled[] = [];
    try {
      while (!this.#isStopped && (this.#heap.first?.at ?? Infinity) <= now) {
        const { value: scheduled } = this.#heap.take()!;
        again.push(scheduled);
        const before = scheduled.state;
        try {
          await this.#fireDue(scheduled, now);
        } finally {
          if (scheduled.state !== before) changed.push(scheduled.state);
        }
      }
    } finally {
      for (const scheduled of again) this.#enqueue(scheduled);
      if (changed.length > 0) await this.#options.store.saveSchedules(changed);
    }
  }

  /** One schedule that cannot be fired does not hold up the others; it is tried again with the next tick. */
  async #fireDue(scheduled: Scheduled, now: number): Promise<void> {
    const { trigger, next } = scheduled;
    const seeTo = (positionMs: number) => {
      scheduled.state = { ...scheduled.state, positionMs };
    };
    if (trigger.missed === "skip") seeTo(Math.max(scheduled.state.positionMs, now - MISSED_MS));
    for (let count = 0; count < CAUGHT_UP_AT_ONCE && !this.#isStopped; count++) {
      const at = next(scheduled.state.positionMs);
      if (at === undefined || at > now) return;
      try {
        await fire(trigger, firingAt(scheduled, at), this.#options);
      } catch (error) {
        this.#options.onError(error);
        return;
      }
      seeTo(at);
    }
  }

  /** What was seen to in a future that has not come is looked at again: what was fired then has its key and
   *  fires no second time, what was skipped as missed is not lost. */
  #turnBack(now: number): void {
    for (const scheduled of this.#scheduled.values()) {
      const { state, trigger } = scheduled;
      if (trigger.schedule.kind === "once") continue;
      if (state.positionMs > now) scheduled.state = { ...state, positionMs: now };
    }
    this.#rebuild();
  }

  #rebuild(): void {
    this.#heap = new Heap(
      [...this.#scheduled.values()].flatMap((value) => {
        const at = value.next(value.state.positionMs);
        return at === undefined ? [] : [{ at, value }];
      }),
    );
  }

  #enqueue(value: Scheduled): void {
    const at = value.next(value.state.positionMs);
    if (at !== undefined) this.#heap.add({ at, value });
  }
}

/** A schedule that is new, changed or enabled again begins now: what would have been before is not missed. */
function stateOf(
  trigger: ScheduleTrigger,
  known: ScheduleState | undefined,
  now: number,
): ScheduleState {
  const schedule = JSON.stringify([trigger.schedule, trigger.startMs ?? null]);
  const isSame = known?.schedule === schedule;
  if (isSame && known.isEnabled === trigger.enabled) return withinTime(known, trigger, now);
  const isOnce = trigger.schedule.kind === "once";
  const sinceMs = isSame && isOnce ? known.sinceMs : now;
  const fromStart = Math.min(now, trigger.startMs ?? now) - 1;
  const firstPosition = isOnce ? fromStart : now - 1;
  const positionMs = isSame && isOnce ? known.positionMs : firstPosition;
  return { trigger: trigger.name, schedule, sinceMs, positionMs, isEnabled: trigger.enabled };
}

/** A position in the future was written under a clock that has been set right since. */
function withinTime(known: ScheduleState, trigger: ScheduleTrigger, now: number): ScheduleState {
  const isAhead = known.positionMs > now && trigger.schedule.kind !== "once";
  return isAhead ? { ...known, positionMs: now } : known;
}

function startOf(trigger: ScheduleTrigger, { sinceMs }: ScheduleState): number {
  if (trigger.startMs !== undefined) return trigger.startMs;
  return trigger.schedule.kind === "once" ? sinceMs : 0;
}

function firingAt({ trigger, next }: Scheduled, at: number) {
  const { zone } = trigger.schedule;
  const end = next(at);
  const interval = end === undefined
    ? undefined
    : { start: dateAt(at, zone), end: dateAt(end, zone) };
  return {
    at: dateAt(at, zone),
    interval,
    key: `${trigger.name}@${new Date(at).toISOString()}`,
    whenRefused: "record",
  } as const;
}

function dateAt(ms: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toString();
}
