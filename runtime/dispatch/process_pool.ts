/** The processes of a dispatcher's runs, kept warm between runs.
 *
 *  A process that has executed a run takes another of the same pipeline and code alone, and only where nothing
 *  of the run before can be seen in it; one that was started ahead takes the first that comes. How many wait is
 *  limited by what they hold. @module */
import { loadedCode } from "../compile/loaded_code.ts";
import type { ProcessSource, TakenProcess } from "../run/process_source.ts";
import type { RunOrder } from "../run/request.ts";
import { RunProcess } from "../run/run_process.ts";
import { type Launch, type Launched, launchFor } from "../run/spawn_run.ts";
import { heldBytes } from "./held_bytes.ts";

export interface ProcessPoolOptions {
  readonly maxHeapMb: number | undefined;
  /** Whether a process is started ahead for a run that is not known yet. */
  readonly isAhead: boolean;
  /** How many may wait; 4 unless given. */
  readonly most?: number;
  /** What they may hold together; 120 MB unless given. */
  readonly mostBytes?: number;
  /** How long one waits; five minutes unless given. */
  readonly idleMs?: number;
}

interface Kept {
  readonly process: RunProcess;
  /** The hash of the code that it has loaded; undefined where it has loaded none. */
  readonly code: string | undefined;
  readonly since: number;
}

const MOST = 4;
const MOST_BYTES = 120e6;
const IDLE_MS = 5 * 60_000;
/** How soon the processes that wait are put in order, and how long it must be quiet before one is started ahead. */
const QUIET_MS = 200;
/** How long a process may take to say whether it waits, and how long a run waits for one to say it: starting
 *  another takes half of that. */
const ANSWER_MS = 5000;
const RETURN_MS = 250;

/** Processes by what they may execute. */
export class ProcessPool implements ProcessSource {
  readonly #options: ProcessPoolOptions;
  readonly #kept = new Set<Kept>();
  /** Those that have executed a run and have not said whether they wait. */
  readonly #returning = new Map<RunProcess, { readonly code: string; done: Promise<void> }>();
  readonly #codes = new WeakMap<RunProcess, string>();
  readonly #ending = new Set<Promise<void>>();
  #latest: Launch | undefined;
  #takenAt = 0;
  #tidyTimer: ReturnType<typeof setTimeout> | undefined;
  #tidyAt = Infinity;
  #isClosed = false;

  constructor(options: ProcessPoolOptions) {
    this.#options = options;
  }

  /** How many wait for an order. */
  get size(): number {
    return this.#kept.size;
  }

  /** Starts a process ahead for runs like this one. */
  async prepare(run: Launched): Promise<void> {
    this.#latest ??= await launchFor(run, this.#options);
    this.#tidyLater(QUIET_MS);
  }

  async take(order: RunOrder): Promise<TakenProcess> {
    const [launch, code] = await Promise.all([
      launchFor(order, this.#options),
      loadedCode(order.compiled, order),
    ]);
    this.#latest = launch;
    const waiting = code && await this.#takeWaiting(launch, code.hash);
    const process = waiting ?? new RunProcess(launch);
    if (code) this.#codes.set(process, code.hash);
    this.#takenAt = Date.now();
    this.#tidyLater(QUIET_MS);
    return { process, mayWait: code?.mayKeepState === false, hasWaited: waiting !== undefined };
  }

  giveBack({ process, mayWait }: TakenProcess): Promise<void> {
    const code = this.#codes.get(process);
    if (!mayWait || process.isSpent || code === undefined || this.#isClosed) {
      return this.#end(process);
    }
    const timer = setTimeout(() => process.kill(), ANSWER_MS);
    const done = process.waits.then((waits) => {
      clearTimeout(timer);
      this.#returning.delete(process);
      if (!waits || this.#isClosed) return void this.#end(process);
      this.#keep(process, code);
    });
    this.#returning.set(process, { code, done });
    return Promise.resolve();
  }

  /** Ends every process that waits, and those that come back from now on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#tidyTimer);
    await Promise.all([...this.#returning.values()].map(({ done }) => done));
    for (const kept of this.#kept) this.#drop(kept);
    await Promise.all(this.#ending);
  }

  async #takeWaiting(launch: Launch, code: string): Promise<RunProcess | undefined> {
    const isFit = ({ process, code: loaded }: Kept) =>
      process.launch.key === launch.key && loaded === code;
    const find = () => [...this.#kept].findLast(isFit);
    let found = find();
    const end = Date.now() + RETURN_MS;
    // One that just ended a run will wait in a moment, as a rule.
    while (!found && Date.now() < end) {
      const returning = [...this.#returning.values()].find((other) => other.code === code);
      if (!returning) break;
      await within(end - Date.now(), returning.done);
      found = find();
    }
    found ??= [...this.#kept].find(({ process, code }) =>
      process.launch.key === launch.key && code === undefined
    );
    if (found) this.#kept.delete(found);
    return found?.process;
  }

  #keep(process: RunProcess, code: string | undefined): void {
    const kept: Kept = { process, code, since: Date.now() };
    this.#kept.add(kept);
    void process.gone.then(() => this.#kept.delete(kept));
    this.#tidyLater(QUIET_MS);
  }

  #drop(kept: Kept): void {
    if (this.#kept.delete(kept)) void this.#end(kept.process);
  }

  #end(process: RunProcess): Promise<void> {
    const ended = process.end().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
    return ended;
  }

  #tidyLater(inMs: number): void {
    const at = Date.now() + inMs;
    if (this.#isClosed || this.#tidyAt <= at) return;
    clearTimeout(this.#tidyTimer);
    this.#tidyAt = at;
    this.#tidyTimer = setTimeout(() => {
      this.#tidyAt = Infinity;
      if (!this.#isClosed) this.#tidy();
    }, inMs);
  }

  /** Ends what waits in vain or holds too much, oldest first, and starts a process ahead. */
  #tidy(): void {
    const { most = MOST, mostBytes = MOST_BYTES, idleMs = IDLE_MS } = this.#options;
    this.#startAhead();
    let bytes = [...this.#kept].reduce((sum, { process }) => sum + heldBytes(process.pid), 0);
    for (const kept of [...this.#kept].filter((kept) => !this.#isAhead(kept))) {
      const isOver = this.#kept.size > most || bytes > mostBytes;
      // One that was started ahead for runs of another kind than the latest waits in vain.
      const isOfUse = kept.code !== undefined && Date.now() - kept.since < idleMs;
      if (isOfUse && !isOver) {
        this.#tidyLater(idleMs);
        continue;
      }
      bytes -= heldBytes(kept.process.pid);
      this.#drop(kept);
    }
  }

  /** Not while runs follow one another: it would take the processor from them. */
  #startAhead(): void {
    if (!this.#options.isAhead || !this.#latest) return;
    if ([...this.#kept].some((kept) => this.#isAhead(kept))) return;
    if (Date.now() - this.#takenAt < QUIET_MS) return this.#tidyLater(QUIET_MS);
    this.#keep(new RunProcess(this.#latest, { isAhead: true }), undefined);
  }

  #isAhead({ code, process }: Kept): boolean {
    return code === undefined && process.launch.key === this.#latest?.key;
  }
}

/** Resolves with `done`, or after `ms`. */
async function within(ms: number, done: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([done, promise]);
  clearTimeout(timer);
}
