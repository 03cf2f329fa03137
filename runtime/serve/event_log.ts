/** The latest events of runs, numbered, so that a listener whose connection broke goes on where it was.
 *  Kept in memory: a listener that was away for too long is told to look anew. @module */
import type { DispatchEvent } from "../dispatch/api.ts";
import type { RunEvent } from "../run/events.ts";

/** What becomes of a run as a whole: accepted, waiting, finished. */
export type QueueEvent = Exclude<DispatchEvent, { readonly type: "run_event" }>;

/** An event and the run that it is of. */
export interface ServedEvent {
  readonly run: string;
  readonly event: RunEvent | QueueEvent;
}

/** What a dispatcher tells, as it is kept. */
export function servedFrom(event: DispatchEvent): ServedEvent {
  return event.type === "run_event" ? event : { run: event.run, event };
}

/** An event with its number: `<start of the server>-<count>`. */
export interface NumberedEvent extends ServedEvent {
  readonly id: string;
}

/** What a listener gets: events, or the word that some were missed. */
export type Heard = NumberedEvent | { readonly id: string; readonly missed: true };

export interface EventLogOptions {
  /** How many events stay. */
  readonly kept?: number;
  /** Tells this log from those of earlier servers. */
  readonly epoch?: string;
}

/** A log of the latest events.
 *
 * @example
 * ```ts
 * import { EventLog } from "./event_log.ts";
 * const log = new EventLog({ epoch: "a" });
 * log.add({ run: "r", event: { type: "block_waiting", block: "b", at: 0, everyMs: 5 } });
 * console.log(log.after("a-0").map(({ id }) => id)); // ["a-1"]
 * ``` */
export class EventLog {
  readonly #kept: number;
  readonly #epoch: string;
  readonly #events: NumberedEvent[] = [];
  readonly #listeners = new Set<(event: NumberedEvent) => void>();
  #count = 0;

  constructor({ kept = 2000, epoch = Date.now().toString(36) }: EventLogOptions = {}) {
    this.#kept = kept;
    this.#epoch = epoch;
  }

  /** Keeps an event and tells it to who listens. */
  add(served: ServedEvent): void {
    const event = { ...served, id: `${this.#epoch}-${++this.#count}` };
    this.#events.push(event);
    // Cut in pieces: taking one off the front for each that comes costs as much as all that stay.
    if (this.#events.length >= 2 * this.#kept) this.#events.splice(0, this.#kept);
    for (const listener of this.#listeners) listener(event);
  }

  /** The events after the one with `id`; where they are no longer all here, that some were missed. */
  after(id: string): readonly Heard[] {
    const [epoch, count] = id.split("-");
    const first = this.#count - this.#events.length;
    const last = Number(count);
    if (epoch !== this.#epoch || !(last >= first)) return [{ id: this.last, missed: true }];
    return this.#events.slice(last - first);
  }

  /** The number of the latest event. */
  get last(): string {
    return `${this.#epoch}-${this.#count}`;
  }

  /** Calls `listener` for every event from now on, until what is given back is called. */
  listen(listener: (event: NumberedEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }
}
