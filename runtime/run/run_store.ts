/** The run history as runs need it; `runtime/store` keeps it in SQLite.
 *
 *  Every write after `createRun` is fenced: it happens only while the lease it was made with is the
 *  run's own, so that a process which slept through its lease can change nothing. @module */
import type { BlockKind } from "../compile/pipeline.ts";
import type { Artifact, CheckResult } from "../context/scope.ts";
import type { LogLine } from "./events.ts";
import type { KeptOutputs } from "./kept_outputs.ts";
import type { PlannedBlock } from "./plan.ts";
import type { BlockStatus, RunStatus } from "./status.ts";

export type Keep = "all" | "failed" | "none";

/** A run as it is created; the same in every later try. */
export interface NewRun {
  readonly id: string;
  readonly pipeline: string;
  /** Absolute path. */
  readonly notebook: string;
  readonly createdAt: number;
  /** As `Temporal.ZonedDateTime` writes it. */
  readonly executionDate: string;
  readonly interval: { readonly start: string; readonly end: string } | null;
  /** The overrides as they were given, by parameter. */
  readonly variables: Readonly<Record<string, string>>;
  readonly profile: string | null;
  readonly event: unknown;
  /** The one block that was asked for, where the run is not of the whole pipeline. */
  readonly block: string | null;
  /** Whether that block's upstream was asked for too. */
  readonly hasUpstream: boolean;
  readonly keep: Keep;
}

/** How a run as a whole is tried again. */
export interface RunRetry {
  /** All tries together, the first included. */
  readonly attempts: number;
  readonly delayMs: number;
  readonly backoff: "fixed" | "exponential";
}

export interface RunRow extends NewRun {
  /** The trigger that started it; null where a person did. */
  readonly trigger: string | null;
  readonly backfill: string | null;
  /** Whether a dispatcher took it from the queue or will; else the command line ran it. */
  readonly isDispatched: boolean;
  /** A second acceptance with the same key gives this run. */
  readonly key: string | null;
  /** Higher ones leave the queue before lower ones. */
  readonly priority: number;
  /** Where it waits in the queue: from when it may be started. A run that is `running` and waits is a
   *  sensor's. */
  readonly dueAt: number | null;
  /** Tries of the whole run, from 1. */
  readonly attempt: number;
  readonly timeoutMs: number | null;
  readonly retry: RunRetry | null;
  readonly slaMs: number | null;
  /** What becomes of it when its dispatcher is killed; null where none has it. */
  readonly onLost: "resume" | "fail" | null;
  readonly status: RunStatus;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly ms: number | null;
  readonly error: string | null;
  readonly peakRssBytes: number | null;
}

/** What the block stood on when it last ran: see fingerprint.ts. */
export interface Fingerprint {
  readonly code: string;
  /** The text of each parameter that the block reads. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The whole fingerprint of each upstream block. */
  readonly upstream: Readonly<Record<string, string>>;
  /** SHA-256 over all of these. */
  readonly whole: string;
}

/** A sensor's waiting. */
export interface BlockWait {
  /** When it first looked in vain, over all processes that looked. */
  readonly since: number;
  /** When it looks next; null while it looks, and where nobody is there to. */
  readonly lookAt: number | null;
  /** Tries of the block since the run's present try began, the waiting one included. */
  readonly tries: number;
}

export interface BlockRunRow {
  readonly run: string;
  readonly block: string;
  /** Null for the block itself. */
  readonly element: number | null;
  readonly kind: BlockKind;
  readonly status: BlockStatus;
  readonly attempts: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly ms: number | null;
  readonly rows: number | null;
  readonly error: string | null;
  readonly reason: string | null;
  /** The most that the run's process held while the block ran, other blocks' share included. */
  readonly peakRssBytes: number | null;
  /** Null for elements. */
  readonly fingerprint: Fingerprint | null;
  readonly hasSavedOutputs: boolean;
  /** Null where it is no sensor, or has not looked in vain. */
  readonly wait: BlockWait | null;
}

export interface AttemptRow {
  readonly block: string;
  readonly element: number | null;
  readonly attempt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: BlockStatus;
  readonly error: string | null;
}

export interface CheckRow extends CheckResult {
  readonly block: string;
  readonly element: number | null;
  readonly attempt: number;
}

/** One variable of a block at rest. */
export interface OutputRow {
  readonly name: string;
  readonly rows: number | null;
  readonly bytes: number;
}

/** One that is written down: its JSON, or null where that lies in a file. */
export interface SavedOutput extends OutputRow {
  readonly value: string | null;
}

export interface Lease {
  readonly run: string;
  readonly token: string;
}

/** A block run, or one element's of it. */
export interface BlockKey {
  readonly block: string;
  readonly element: number | null;
}

export interface EndedBlock extends BlockKey {
  readonly kind: BlockKind;
  readonly status: BlockStatus;
  readonly at: number;
  readonly ms: number;
  readonly attempts: number;
  readonly rows: number | null;
  readonly error: string | null;
  readonly reason: string | null;
  readonly peakRssBytes: number | null;
  /** The outputs that are saved already; null where they are still to be written. */
  readonly saved: readonly SavedOutput[] | null;
  /** The last try, where there was one. */
  readonly lastAttempt: { readonly startedAt: number; readonly status: BlockStatus } | null;
}

/** How a run ended. */
export interface EndedRun {
  readonly status: RunStatus;
  readonly at: number;
  readonly ms: number;
  readonly error: string | null;
  readonly peakRssBytes: number | null;
}

/** The lease was taken by another, or ended: what was to be written is void. */
export class LeaseLostError extends Error {
  override readonly name = "LeaseLostError";
  constructor(readonly run: string) {
    super(
      `Cannot write to run ${run}: its lease was lost, so another process has ended or taken it over`,
    );
  }
}

/** The writes of the process that executes one run, each fenced by its lease. */
export interface RunWriter {
  startRun(at: number): Promise<void>;
  startAttempt(
    start: BlockKey & { kind: BlockKind; attempt: number; at: number },
  ): Promise<void>;
  /** The attempt failed, or with `wait` looked in vain, and the block waits for its next. */
  queueBlock(
    ended: BlockKey & {
      attempt: number;
      startedAt: number;
      at: number;
      error: string | null;
      wait: BlockWait | null;
    },
  ): Promise<void>;
  /** Made together with the next write, where one follows in the same turn of the event loop. */
  endBlock(ended: EndedBlock): Promise<void>;
  addChecks(key: BlockKey, attempt: number, results: readonly CheckResult[]): Promise<void>;
  addArtifact(key: BlockKey, attempt: number, artifact: Artifact): Promise<void>;
  saveOutputs(block: string, outputs: readonly SavedOutput[]): Promise<void>;
  addLogs(lines: readonly LogLine[]): Promise<void>;
  endRun(ended: EndedRun): Promise<void>;
  /** Puts the run into the queue while its sensors wait: this process ends, another goes on at `dueAt`. False
   *  where it must end here, as it is cancelled. */
  parkRun(dueAt: number): Promise<boolean>;
  /** Ends what has not ended: running blocks with `status` and `error`; blocks below failed ones as
   *  `upstream_failed`, all others as `cancelled`. Gives what it ended. */
  endOpenBlocks(ended: OpenBlocksEnd): Promise<readonly EndedOpenBlock[]>;
}

export interface EndedOpenBlock extends BlockKey {
  readonly status: BlockStatus;
  readonly ms: number;
  readonly attempts: number;
  readonly error: string | null;
  readonly reason: string | null;
}

export interface OpenBlocksEnd {
  readonly status: "failed" | "cancelled";
  readonly at: number;
  readonly error: string | null;
  /** Errors of single blocks, where more is known of them. */
  readonly errors: Readonly<Record<string, string>>;
  /** Callback blocks are left open, to be told of it. */
  readonly sparesCallbacks: boolean;
}

/** Which runs to list; what is left out does not matter. */
export interface ListRunsOptions {
  readonly pipeline?: string | undefined;
  readonly status?: RunStatus | undefined;
  readonly trigger?: string | undefined;
  readonly backfill?: string | undefined;
  /** 100 unless given. */
  readonly limit?: number | undefined;
  /** The id that the page before ended with. */
  readonly before?: string | undefined;
}

/** One ended try of a whole run. */
export interface RunAttemptRow {
  readonly attempt: number;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly status: RunStatus;
  readonly error: string | null;
}

/** The history as the supervisor, the commands and the server use it. */
export interface RunStore {
  /** Inserts the run and its blocks, and takes its lease. */
  createRun(run: NewRun, blocks: readonly PlannedBlock[], leaseMs: number): Promise<Lease>;
  /** Takes the lease of a run that has ended, for another try of what is not reused.
   *
   * @throws {Error} when the run is going on. */
  resumeRun(
    run: string,
    blocks: readonly PlannedBlock[],
    options: { variables: Readonly<Record<string, string>>; leaseMs: number },
  ): Promise<Lease>;
  /** False when the lease is no longer the run's. */
  renewLease(lease: Lease, leaseMs: number): Promise<boolean>;
  releaseLease(lease: Lease): Promise<void>;
  /** Whether a process holds the run. As long as one does, even an ended run may be tried again. */
  isHeld(run: string): Promise<boolean>;
  writer(lease: Lease): RunWriter;
  /** Fails, resumes or tries again the runs whose supervisor gave no heartbeat; gives those that it failed.
   *  Leases that are `held` here are not lost, however long this process slept. */
  recoverRuns(now?: number, held?: readonly Lease[]): Promise<readonly string[]>;

  findRun(run: string): Promise<RunRow | undefined>;
  /** Whether the end of the run, which goes on, was asked for. */
  isCancelRequested(run: string): Promise<boolean>;
  /** Newest first. */
  listRuns(options?: ListRunsOptions): Promise<readonly RunRow[]>;
  /** The ended tries of the whole run, in order. */
  listRunAttempts(run: string): Promise<readonly RunAttemptRow[]>;
  listBlockRuns(run: string): Promise<readonly BlockRunRow[]>;
  listAttempts(run: string): Promise<readonly AttemptRow[]>;
  listChecks(run: string): Promise<readonly CheckRow[]>;
  listArtifacts(
    run: string,
  ): Promise<readonly (BlockKey & Artifact & { readonly attempt: number })[]>;
  listOutputs(run: string, block: string): Promise<readonly OutputRow[]>;
  /** The JSON of a saved output, null where it lies in a file; undefined where it was not saved. */
  findValue(run: string, block: string, name: string): Promise<string | null | undefined>;
  /** In the order they were written; `after` is the number of the last line seen. */
  listLogs(
    run: string,
    options?: { block?: string; element?: number; after?: number; limit?: number },
  ): Promise<readonly (LogLine & { readonly number: number })[]>;
  /** The newest run of the pipeline that has the block's `outputs` saved. */
  findSavedOutputs(
    pipeline: string,
    block: string,
    outputs: readonly string[],
  ): Promise<string | undefined>;
  /** Runs that have outputs saved which are past keeping: of the pipeline by age and count, of all by bytes. */
  listRunsToPrune(pipeline: string, kept: KeptOutputs): Promise<readonly string[]>;
  /** The outputs of `run`, or else of all runs, are no longer there. */
  forgetOutputs(run?: string): Promise<void>;
  /** Gives the runs of a pipeline to the name and path that its notebook has now; tells how many. */
  renamePipeline(from: string, to: { name: string; notebook: string }): Promise<number>;
  close(): void;
}
