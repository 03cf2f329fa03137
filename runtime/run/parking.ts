/** Ends the process of a run in which nothing goes on but sensors that wait: the run is put into the queue,
 *  and another process goes on when the first of them is to look again. @module */
import type { Block } from "../compile/pipeline.ts";
import type { PlannedBlock } from "./plan.ts";
import type { RunWriter } from "./run_store.ts";

/** What a block that has not ended waits for: other blocks, by name. */
export interface Awaits {
  /** It goes on once all of these have ended. */
  readonly all: readonly string[];
  /** For callbacks: it goes on at the first end of these. */
  readonly any: readonly string[];
}

export interface ParkingOptions {
  /** The blocks of the run that have not ended. */
  readonly blocks: ReadonlyMap<string, Awaits>;
  readonly park: RunWriter["parkRun"];
}

interface Resting {
  readonly at: number;
  /** Sets its timer. */
  readonly arm: () => void;
  readonly disarm: () => void;
}

/** Knows which blocks of a run go on, and parks it when none does.
 *
 * @example
 * ```ts
 * import { Parking } from "./parking.ts";
 * const parking = new Parking({
 *   blocks: new Map([["wait", { all: [], any: [] }], ["below", { all: ["wait"], any: [] }]]),
 *   park: (dueAt) => Promise.resolve(dueAt > 0),
 * });
 * void parking.rest("wait", Date.now() + 60_000, new AbortController().signal);
 * await parking.parked;
 * ``` */
export class Parking {
  readonly #open: Map<string, Awaits>;
  readonly #options: ParkingOptions;
  readonly #resting = new Map<string, Resting>();
  readonly #savings = new Set<Promise<void>>();
  readonly #parked = Promise.withResolvers<"parked">();
  #isParking = false;
  #isParked = false;

  constructor(options: ParkingOptions) {
    this.#options = options;
    this.#open = new Map(options.blocks);
    // It is told where the run waits for it; until then it is no rejection that nobody handles.
    this.#parked.promise.catch(() => {});
  }

  /** Resolves when the run is in the queue: nothing of it may go on here then. */
  get parked(): Promise<"parked"> {
    return this.#parked.promise;
  }

  /** The run cannot end its process before this is over. */
  saveBeside(saving: Promise<void>): void {
    this.#savings.add(saving);
    const forget = () => void this.#savings.delete(saving);
    saving.then(forget, forget);
  }

  /** The block has ended. */
  end(block: string): void {
    this.#open.delete(block);
    this.#look();
  }

  /** Resolves to true at `at`, to false as soon as `signal` aborts, and never where the run is parked. */
  rest(block: string, at: number, signal: AbortSignal): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wake = (isDue: boolean) => {
      if (this.#isParked) return;
      clearTimeout(timer);
      this.#resting.delete(block);
      signal.removeEventListener("abort", stop);
      resolve(isDue);
    };
    const stop = () => wake(false);
    const resting: Resting = {
      at,
      arm: () => timer = setTimeout(() => wake(true), Math.max(0, at - Date.now())),
      disarm: () => clearTimeout(timer),
    };
    this.#resting.set(block, resting);
    resting.arm();
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    this.#look();
    return promise;
  }

  #look(): void {
    if (this.#isParking || this.#isParked || !this.#isQuiet()) return;
    this.#isParking = true;
    void this.#park().then(() => {
      this.#isParking = false;
      if (this.#isParked) this.#parked.resolve("parked");
    }, this.#parked.reject);
  }

  async #park(): Promise<void> {
    await Promise.all(this.#savings);
    const dueAt = Math.min(...[...this.#resting.values()].map(({ at }) => at));
    if (!this.#isQuiet() || dueAt <= Date.now()) return;
    // None may wake between the decision and its being written down.
    for (const resting of this.#resting.values()) resting.disarm();
    this.#isParked = await this.#options.park(dueAt);
    if (this.#isParked) return;
    for (const resting of this.#resting.values()) resting.arm();
  }

  /** Whether each block that has not ended rests, or waits for one that does. */
  #isQuiet(): boolean {
    if (this.#resting.size === 0) return false;
    for (const [block, { all, any }] of this.#open) {
      const isOpen = (name: string) => this.#open.has(name);
      const isHeld = all.some(isOpen) || (any.length > 0 && any.every(isOpen));
      if (!isHeld && !this.#resting.has(block)) return false;
    }
    return true;
  }
}

/** What the planned blocks wait for; those that are to be reused have ended. */
export function awaitsOf(
  planned: readonly PlannedBlock[],
  blocks: readonly Block[],
): ReadonlyMap<string, Awaits> {
  const open = planned.filter(({ action }) => action === "run");
  const listened = new Map(blocks.map(({ name, of }) => [name, of]));
  const all = open.filter(({ kind }) => kind !== "callback").map(({ name }) => name);
  return new Map(open.map(({ name, kind, upstream }) => {
    const of = listened.get(name) ?? [];
    // A callback without `of` listens to the run, which ends with the last of its blocks.
    const isOfRun = kind === "callback" && of.length === 0;
    return [name, isOfRun ? { all, any: [] } : { all: upstream, any: of }];
  }));
}
