/** Executes accepted runs: takes them from the project's queue within the limits, each in a process of its
 *  own, and sees to what follows. Several dispatchers may be open on one project. @module */
import type { KeptOutputs } from "../run/kept_outputs.ts";
import { ConflictError, RequestError } from "../run/request_error.ts";
import type { RunResult } from "../run/result.ts";
import { resultFromHistory } from "../run/result_from_history.ts";
import { LeaseLostError } from "../run/run_store.ts";
import { LEASE_MS } from "../run/supervise_run.ts";
import type { Store } from "../store/open_store.ts";
import type { ClaimedRun, ClaimOptions } from "../store/run_queue.ts";
import type { Settled } from "../store/settle_run.ts";
import { acceptedRunsFrom } from "./accepted_run.ts";
import type { Acceptance, Dispatcher, DispatchEvent, RunToAccept } from "./api.ts";
import { executeClaim } from "./execute_claim.ts";
import { queueAgain, runLike } from "./again.ts";
import { ProcessPool } from "./process_pool.ts";

export type * from "./api.ts";

export interface DispatcherOptions {
  /** Absolute. */
  readonly projectFolder: string;
  readonly store: Store;
  readonly limits?: {
    /** Runs at once in all; 8 unless given. */
    readonly runs?: number | undefined;
    readonly runsPerPipeline?: number | undefined;
    /** The most memory that a run's JavaScript may take. */
    readonly maxHeapMb?: number | undefined;
  };
  /** How long outputs are kept; where it is not given, others remove those past keeping. */
  readonly keptOutputs?: KeptOutputs | undefined;
  /** `all` that wait in the project, or its `own` alone: a command that runs without a server. */
  readonly takes?: "all" | "own";
  /** Under the server a notebook that declares no permissions has few. */
  readonly isUnderServer?: boolean;
  readonly onEvent?: (event: DispatchEvent) => void;
  readonly redact?: (text: string) => string;
}

/** How often the queue is looked at for what other processes did: accepted, cancelled, died. */
const LOOK_MS = 250;
const RECOVER_MS = 1_000;
/** What a process that is started ahead has loaded would leave too little of less. */
const LEAST_HEAP_AHEAD_MB = 64;
const DRAIN_GRACE_MS = 8_000;

interface Going {
  readonly claimed: ClaimedRun;
  readonly cancel: AbortController;
  readonly done: Promise<void>;
}

/** Opens a dispatcher: runs whose dispatcher was killed are taken up first.
 *
 * @example
 * ```ts
 * import { openStore } from "../store/open_store.ts";
 * import { openDispatcher } from "./dispatcher.ts";
 *
 * const projectFolder = await Deno.makeTempDir();
 * const store = openStore(projectFolder);
 * const dispatcher = await openDispatcher({ projectFolder, store });
 * console.log(dispatcher.counts()); // { queued: 0, running: 0, warm: 0 }
 * await dispatcher.close();
 * store.close();
 * await Deno.remove(projectFolder, { recursive: true });
 * ``` */
export async function openDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const dispatcher = new ProjectDispatcher(options);
  await dispatcher.start();
  return dispatcher;
}

class ProjectDispatcher implements Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #store: Store;
  readonly #processes: ProcessPool;
  readonly #going = new Map<string, Going>();
  readonly #own = new Set<string>();
  readonly #listeners = new Set<(event: DispatchEvent) => void>();
  readonly #timers: ReturnType<typeof setInterval>[] = [];
  #dueTimer: ReturnType<typeof setTimeout> | undefined;
  #pumping: Promise<void> | undefined;
  #isWanted = false;
  #isDraining = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#store = options.store;
    const { limits: { maxHeapMb } = {}, isUnderServer = false } = options;
    const isAhead = isUnderServer && (maxHeapMb ?? Infinity) >= LEAST_HEAP_AHEAD_MB;
    this.#processes = new ProcessPool({ maxHeapMb, isAhead });
    if (options.onEvent) this.#listeners.add(options.onEvent);
  }

  async start(): Promise<void> {
    await this.#store.recoverRuns();
    this.#timers.push(
      setInterval(() => this.#look(), LOOK_MS),
      setInterval(() => void this.#recover(), RECOVER_MS),
    );
    this.#wake();
    if (this.#options.isUnderServer) void this.#prepare();
  }

  async accept(asked: RunToAccept): Promise<Acceptance> {
    const [accepted] = await this.acceptAll([asked]);
    return accepted as Acceptance;
  }

  async acceptAll(asked: readonly RunToAccept[]): Promise<readonly Acceptance[]> {
    if (this.#isDraining) {
      throw new RequestError("Cannot accept a run: the dispatcher is ending; ask the next one");
    }
    const runs = await acceptedRunsFrom(asked, this.#options.projectFolder);
    const accepted = await this.#store.acceptRuns(runs);
    for (const [at, { run, isNew }] of accepted.entries()) {
      if (!isNew) continue;
      this.#own.add(run);
      this.#tell({ type: "run_accepted", run, pipeline: runs[at]?.pipeline ?? "" });
      if (runs[at]?.refusal) await this.#tellFinished(run);
    }
    this.#wake();
    return accepted;
  }

  async cancel(run: string): Promise<void> {
    const answer = await this.#store.cancelRun(run);
    if (answer === "ended") {
      const found = await this.#store.findRun(run);
      if (!found) throw new RequestError(`Cannot cancel ${run}: there is no such run`);
      throw new ConflictError(`Cannot cancel ${run}: it has ended already (${found.status})`);
    }
    if (answer === "cancelled") return await this.#tellFinished(run);
    const going = this.#going.get(run);
    if (going) going.cancel.abort(cancelled());
    // Beyond the limits: it only tells its callbacks.
    else await this.#start({ fullPipelines: [], only: [run] });
    await this.ended(run);
  }

  async resume(
    run: string,
    changes: { readonly variables?: Readonly<Record<string, string>> | undefined } = {},
  ): Promise<void> {
    await queueAgain(run, changes, this.#options);
    this.#own.add(run);
    this.#wake();
  }

  async retry(run: string): Promise<string> {
    return (await this.accept(await runLike(run, this.#store))).run;
  }

  async ended(run: string): Promise<RunResult> {
    while (true) {
      await this.#going.get(run)?.done;
      const found = await this.#store.findRun(run);
      if (!found) throw new RequestError(`Cannot wait for ${run}: there is no such run`);
      const isOver = found.status !== "initial" && found.status !== "running";
      if (isOver && !this.#going.has(run)) return await resultFromHistory(this.#store, run);
      await this.#nextLook();
    }
  }

  subscribe(listener: (event: DispatchEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  counts() {
    return {
      queued: this.#store.countQueued(),
      running: this.#going.size,
      warm: this.#processes.size,
    };
  }

  async drain({ graceMs = DRAIN_GRACE_MS }: { graceMs?: number | undefined } = {}): Promise<void> {
    this.#isDraining = true;
    clearTimeout(this.#dueTimer);
    await this.#pumping;
    const interrupt = setTimeout(() => {
      for (const { cancel } of this.#going.values()) cancel.abort(cancelled());
    }, graceMs);
    await Promise.all([...this.#going.values()].map(({ done }) => done));
    clearTimeout(interrupt);
    for (const timer of this.#timers) clearInterval(timer);
    await this.#processes.close();
  }

  async close(): Promise<void> {
    await this.drain({ graceMs: 0 });
    this.#listeners.clear();
  }

  /** A process for the first run of a notebook that declares no permissions. */
  async #prepare(): Promise<void> {
    const { projectFolder } = this.#options;
    const notebook = `${projectFolder}/notebooks/_.ipynb`;
    const pipeline = { notebook, permissions: undefined };
    const compiled = { pipeline, module: `${projectFolder}/.sluice/compiled/_.ts` };
    const run = { compiled, projectFolder, isUnderServer: true };
    // What cannot be known before a run, its own start tells.
    await this.#processes.prepare(run).catch(() => {});
  }

  /** Starts what may start; calls while it does so make it look once more. */
  #wake(): void {
    this.#isWanted = true;
    this.#pumping ??= this.#pump().finally(() => this.#pumping = undefined);
  }

  async #pump(): Promise<void> {
    while (this.#isWanted && !this.#isDraining) {
      this.#isWanted = false;
      try {
        while (await this.#startNext());
      } catch (error) {
        // The history is locked, or its disk full: the runs wait in it, and the next look tries again.
        console.error(`Cannot take runs from the queue: ${(error as Error).message}`);
      }
    }
  }

  async #startNext(): Promise<boolean> {
    const { runs = 8 } = this.#options.limits ?? {};
    if (this.#isDraining || this.#going.size >= runs) return false;
    return await this.#start({
      fullPipelines: this.#fullPipelines(),
      only: this.#options.takes === "own" ? [...this.#own] : undefined,
    });
  }

  async #start(which: Pick<ClaimOptions, "fullPipelines" | "only">): Promise<boolean> {
    const claimed = await this.#store.claimRun({ now: Date.now(), leaseMs: LEASE_MS, ...which });
    if (!claimed) return false;
    const cancel = new AbortController();
    const done = this.#execute(claimed, cancel.signal);
    this.#going.set(claimed.run.id, { claimed, cancel, done });
    return true;
  }

  #fullPipelines(): readonly string[] {
    const { runsPerPipeline } = this.#options.limits ?? {};
    if (runsPerPipeline === undefined) return [];
    const going = Map.groupBy(this.#going.values(), ({ claimed }) => claimed.run.pipeline);
    return [...going].flatMap(([name, of]) => of.length >= runsPerPipeline ? [name] : []);
  }

  async #execute(claimed: ClaimedRun, signal: AbortSignal): Promise<void> {
    const { projectFolder, limits, keptOutputs, isUnderServer = false, redact = (text) => text } =
      this.#options;
    const { id } = claimed.run;
    // Later than the caller's `set`.
    await Promise.resolve();
    try {
      const settled = await executeClaim(claimed, {
        projectFolder,
        store: this.#store,
        processes: this.#processes,
        maxHeapMb: limits?.maxHeapMb,
        keptOutputs,
        isUnderServer,
        redact,
        signal,
        isDraining: () => this.#isDraining,
        onEvent: (event) => this.#tell({ type: "run_event", run: id, event }),
      });
      this.#going.delete(id);
      await this.#tellSettled(id, settled);
    } catch (error) {
      // What holds the lease now sees to the run; else its lease ends, and it is recovered.
      if (!(error instanceof LeaseLostError)) {
        console.error(`Cannot go on with run ${id}: ${(error as Error).message}`);
      }
    } finally {
      this.#going.delete(id);
      this.#wake();
    }
  }

  async #tellSettled(run: string, settled: Settled): Promise<void> {
    if (settled.status !== "waiting") return await this.#tellFinished(run);
    const { dueAt, why } = settled;
    this.#tell({ type: "run_waiting", run, dueAt, why });
    this.#wakeAt(dueAt);
  }

  async #tellFinished(run: string): Promise<void> {
    const row = await this.#store.findRun(run);
    if (!row) return;
    const { pipeline, trigger, backfill, status } = row;
    this.#own.delete(run);
    this.#tell({ type: "run_finished", run, pipeline, trigger, backfill, status });
  }

  #tell(event: DispatchEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  /** Waiting runs that come due are started on the moment, not at the next look. */
  #wakeAt(dueAt: number): void {
    if (this.#isDraining) return;
    clearTimeout(this.#dueTimer);
    this.#dueTimer = setTimeout(() => this.#wake(), Math.max(0, dueAt - Date.now()));
  }

  /** Sees what other processes asked for. */
  #look(): void {
    const running = [...this.#going.keys()];
    if (running.length > 0) {
      void this.#store.listCancelled(running).then((asked) => {
        for (const run of asked) this.#going.get(run)?.cancel.abort(cancelled());
      }, () => {});
    }
    const dueAt = this.#store.nextDueAt();
    if (dueAt !== undefined && dueAt <= Date.now()) this.#wake();
  }

  async #recover(): Promise<void> {
    const held = [...this.#going.values()].map(({ claimed }) => claimed.lease);
    const failed = await this.#store.recoverRuns(Date.now(), held).catch(() => []);
    for (const run of failed) await this.#tellFinished(run);
  }

  #nextLook(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, LOOK_MS / 5));
  }
}

function cancelled(): DOMException {
  return new DOMException("the run was cancelled", "AbortError");
}
