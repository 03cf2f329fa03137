/** What may be asked of the run history. @module */
// deno-lint-ignore-file require-await -- the interface is for histories across a network too
import type { RunStore } from "../run/run_store.ts";
import type { Database } from "./database.ts";
import { listRuns } from "./list_runs.ts";
import { outputsPastKeeping } from "./outputs_past_keeping.ts";
import {
  artifactFromRow,
  attemptFromRow,
  blockRunFromRow,
  checkFromRow,
  logFromRow,
  outputFromRow,
  runAttemptFromRow,
  runFromRow,
  WHOLE_BLOCK,
} from "./rows.ts";

const LIST_LOGS = `select * from logs
  where run = ?1 and number > ?2 and (?3 is null or block = ?3) and (?4 is null or element = ?4)
  order by number limit ?5`;

/** Runs in which every one of the block's outputs, given as a JSON array, is saved. */
const FIND_SAVED = `select runs.id from runs join block_runs on block_runs.run = runs.id
  where runs.pipeline = ? and block_runs.block = ? and block_runs.element = ${WHOLE_BLOCK}
    and block_runs.has_saved_outputs = 1
    and not exists (
      select 1 from json_each(?) as wanted where not exists (
        select 1 from outputs where outputs.run = runs.id
          and outputs.block = block_runs.block and outputs.name = wanted.value))
  order by runs.created_at desc, runs.id desc limit 1`;

type Queries = Omit<
  RunStore,
  "createRun" | "resumeRun" | "renewLease" | "releaseLease" | "recoverRuns" | "writer" | "close"
>;

/** The part of the history that lists and finds. Async, as a history elsewhere will be. */
export function queriesOf(database: Database): Queries {
  const ofRun = (table: string, order: string) =>
    `select * from ${table} where run = ? order by ${order}`;
  return {
    async findRun(run) {
      const row = database.get("select * from runs where id = ?", run);
      return row && runFromRow(row);
    },
    async isCancelRequested(run) {
      const sql = "select 1 from runs where id = ? and cancel_requested_at is not null";
      return database.get(sql, run) !== undefined;
    },
    async isHeld(run) {
      return database.get("select 1 from leases where run = ?", run) !== undefined;
    },
    async listRuns(options = {}) {
      return listRuns(database, options).map(runFromRow);
    },
    async listRunAttempts(run) {
      return database.all(ofRun("run_attempts", "attempt"), run).map(runAttemptFromRow);
    },
    async listBlockRuns(run) {
      return database.all(ofRun("block_runs", "position, block, element"), run)
        .map(blockRunFromRow);
    },
    async listAttempts(run) {
      return database.all(ofRun("attempts", "started_at, block, element"), run)
        .map(attemptFromRow);
    },
    async listChecks(run) {
      return database.all(ofRun("checks", "id"), run).map(checkFromRow);
    },
    async listArtifacts(run) {
      return database.all(ofRun("artifacts", "id"), run).map(artifactFromRow);
    },
    async listOutputs(run, block) {
      const sql = "select name, rows, bytes from outputs where run = ? and block = ? order by name";
      return database.all(sql, run, block).map(outputFromRow);
    },
    async findValue(run, block, name) {
      const sql = "select value from outputs where run = ? and block = ? and name = ?";
      return database.get(sql, run, block, name)?.value as string | null | undefined;
    },
    async listLogs(run, { block = null, element = null, after = 0, limit = -1 } = {}) {
      return database.all(LIST_LOGS, run, after, block, element, limit).map(logFromRow);
    },
    async findSavedOutputs(pipeline, block, outputs) {
      const row = database.get(FIND_SAVED, pipeline, block, JSON.stringify(outputs));
      return row?.id as string | undefined;
    },
    async listRunsToPrune(pipeline, kept) {
      return outputsPastKeeping((sql, ...values) => database.all(sql, ...values), pipeline, kept);
    },
    async renamePipeline(from, { name, notebook }) {
      const rename = "update runs set pipeline = ?, notebook = ? where pipeline = ?";
      return database.run(rename, name, notebook, from);
    },
    async forgetOutputs(run) {
      const those = "?1 is null or run = ?1";
      database.transaction(() => {
        database.run(`update block_runs set has_saved_outputs = 0 where ${those}`, run ?? null);
        database.run(`delete from outputs where ${those}`, run ?? null);
      });
    },
  };
}
