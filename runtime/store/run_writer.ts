/** The writes of one run, each in a transaction that first sees whether the lease still holds. @module */
import type { Artifact, CheckResult } from "../context/scope.ts";
import type { LogLine } from "../run/events.ts";
import {
  type BlockKey,
  type EndedBlock,
  type EndedRun,
  type Lease,
  LeaseLostError,
  type OpenBlocksEnd,
  type RunWriter,
  type SavedOutput,
} from "../run/run_store.ts";
import type { Database } from "./database.ts";
import { JoinedWrites } from "./joined_writes.ts";
import { WHOLE_BLOCK } from "./rows.ts";
import { endOpenBlocks } from "./end_open_blocks.ts";

const SEE_LEASE = "select 1 from leases where run = ? and token = ?";

const START_RUN = `update runs set status = 'running', started_at = ?, ended_at = null, ms = null,
  error = null where id = ?`;

/** An element has no row before it starts; it stands where its block does. */
const START_ATTEMPT =
  `insert into block_runs (run, block, element, position, kind, status, attempts,
    started_at, upstream, has_saved_outputs)
  values (?1, ?2, ?3, coalesce((select position from block_runs
    where run = ?1 and block = ?2 and element = ${WHOLE_BLOCK}), 0), ?4, 'running', ?5, ?6, '[]', 0)
  on conflict (run, block, element) do update set status = 'running', attempts = excluded.attempts,
    started_at = iif(status = 'queued', started_at, excluded.started_at), ended_at = null, ms = null,
    error = null, reason = null, look_at = null`;

const QUEUE_BLOCK = `update block_runs set status = 'queued', error = ?, waiting_since = ?,
    look_at = ?, tries = ?
  where run = ? and block = ? and element = ?`;

const END_BLOCK = `update block_runs set status = ?, ended_at = ?, ms = ?, attempts = ?, rows = ?,
    error = ?, reason = ?, peak_rss_bytes = ?, has_saved_outputs = ?
  where run = ? and block = ? and element = ?`;

const END_ATTEMPT = `insert or replace into attempts (run, block, element, attempt, started_at,
  ended_at, status, error) values (?, ?, ?, ?, ?, ?, ?, ?)`;

const ADD_CHECK =
  `insert into checks (run, block, element, attempt, name, passed, failed_rows, rows)
  values (?, ?, ?, ?, ?, ?, ?, ?)`;

const ADD_ARTIFACT = `insert into artifacts (run, block, element, attempt, title, data)
  values (?, ?, ?, ?, ?, ?)`;

const ADD_OUTPUT = `insert or replace into outputs (run, block, name, rows, bytes, value)
  values (?, ?, ?, ?, ?, ?)`;

const MARK_SAVED = `update block_runs set has_saved_outputs = 1
  where run = ? and block = ? and element = ${WHOLE_BLOCK}`;

const ADD_LOG = `insert into logs (run, at, block, element, attempt, stream, text)
  values (?, ?, ?, ?, ?, ?, ?)`;

const PARK_RUN =
  `update runs set losses = 0, due_at = min(?1, coalesce(try_started_at + timeout_ms, ?1))
  where id = ?2 and claimed_at is not null and cancel_requested_at is null`;

/** One that was parked a moment ago does not wait any longer. */
const END_RUN = `update runs set status = ?, ended_at = ?, ms = ?, error = ?, peak_rss_bytes = ?,
  due_at = null where id = ?`;

/** A `RunWriter` over SQLite. */
export function sqliteRunWriter(database: Database, { run, token }: Lease): RunWriter {
  const writes = new JoinedWrites((work) =>
    database.transaction(() => {
      if (!database.get(SEE_LEASE, run, token)) throw new LeaseLostError(run);
      work();
    })
  );
  const write = <Result>(work: () => Result) => writes.now(work);
  const keyOf = ({ block, element }: BlockKey) => [run, block, element ?? WHOLE_BLOCK] as const;
  function addOutputs(block: string, outputs: readonly SavedOutput[]): void {
    for (const { name, rows, bytes, value } of outputs) {
      database.run(ADD_OUTPUT, run, block, name, rows, bytes, value);
    }
  }
  return {
    startRun: (at) => write(() => void database.run(START_RUN, at, run)),
    startAttempt: ({ kind, attempt, at, ...key }) =>
      write(() => void database.run(START_ATTEMPT, ...keyOf(key), kind, attempt, at)),
    queueBlock: ({ attempt, startedAt, at, error, wait, ...key }) =>
      write(() => {
        const waiting = [wait?.since ?? null, wait?.lookAt ?? null, wait?.tries ?? null];
        database.run(QUEUE_BLOCK, error, ...waiting, ...keyOf(key));
        if (error === null) return;
        database.run(END_ATTEMPT, ...keyOf(key), attempt, startedAt, at, "failed", error);
      }),
    endBlock: (ended: EndedBlock) =>
      writes.soon(() => {
        const { status, at, ms, attempts, rows, error, reason, peakRssBytes, saved } = ended;
        const key = keyOf(ended);
        const isSaved = saved === null ? 0 : 1;
        const outcome = [status, at, ms, attempts, rows, error, reason, peakRssBytes, isSaved];
        database.run(END_BLOCK, ...outcome, ...key);
        if (ended.element === null) addOutputs(ended.block, saved ?? []);
        if (!ended.lastAttempt) return;
        const { startedAt, status: last } = ended.lastAttempt;
        database.run(END_ATTEMPT, ...key, attempts, startedAt, at, last, error);
      }),
    addChecks: (key, attempt, results: readonly CheckResult[]) =>
      write(() => {
        for (const { name, passed, failedRows, rows } of results) {
          const counts = [failedRows ?? null, rows ?? null];
          database.run(ADD_CHECK, ...keyOf(key), attempt, name, passed ? 1 : 0, ...counts);
        }
      }),
    addArtifact: (key, attempt, { title, data }: Artifact) =>
      write(() => {
        const body = JSON.stringify(data);
        database.run(ADD_ARTIFACT, ...keyOf(key), attempt, title ?? null, body);
      }),
    saveOutputs: (block, outputs) =>
      write(() => {
        addOutputs(block, outputs);
        database.run(MARK_SAVED, run, block);
      }),
    addLogs: (lines: readonly LogLine[]) =>
      write(() => {
        for (const { at, block, element, attempt, stream, text } of lines) {
          const place = [block ?? null, element ?? null, attempt ?? null];
          database.run(ADD_LOG, run, at, ...place, stream, text);
        }
      }),
    parkRun: (dueAt) => write(() => database.run(PARK_RUN, dueAt, run) === 1),
    endRun: (ended) => write(() => writeRunEnd(database, run, ended)),
    endOpenBlocks: (ended: OpenBlocksEnd) => write(() => endOpenBlocks(database, run, ended)),
  };
}

/** Writes how the run ended, inside the caller's transaction. */
export function writeRunEnd(
  database: Database,
  run: string,
  { status, at, ms, error, peakRssBytes }: EndedRun,
): void {
  database.run(END_RUN, status, at, ms, error, peakRssBytes, run);
}
