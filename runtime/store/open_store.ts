/** The run history of a project in SQLite, `.sluice/history.db`: what `run/` asks for and what
 *  commands list. Several processes may have it open at once. @module */
import type { RunStore } from "../run/run_store.ts";
import { type AlertOutbox, alertsIn } from "./alerts.ts";
import { type Backfills, backfillsIn } from "./backfills.ts";
import { Database } from "./database.ts";
import { runsIn } from "./open_run_store.ts";
import { queueOf, type RunQueue } from "./run_queue.ts";
import { type Retention, retentionIn } from "./retention.ts";
import { type TriggerStates, triggerStatesIn } from "./trigger_state.ts";

/** The whole history: runs, and what triggers, backfills and alerts remember. */
export interface Store
  extends RunStore, RunQueue, TriggerStates, Backfills, AlertOutbox, Retention {}

export interface OpenStoreOptions {
  /** How long a write waits for another process's. */
  readonly busyMs?: number;
}

/** Opens the history of the project at `projectFolder` (absolute), making it where there is none.
 *
 * @throws {Error} when the file cannot be opened, is no database, or is of a newer Sluice.
 *
 * @example
 * ```ts
 * import { openStore } from "./open_store.ts";
 *
 * const project = await Deno.makeTempDir();
 * const store = openStore(project);
 * console.log(await store.listRuns()); // []
 * store.close();
 * await Deno.remove(project, { recursive: true });
 * ``` */
export function openStore(projectFolder: string, { busyMs }: OpenStoreOptions = {}): Store {
  const database = new Database(projectFolder, busyMs);
  return {
    ...runsIn(database),
    ...queueOf(database),
    ...triggerStatesIn(database),
    ...backfillsIn(database),
    ...alertsIn(database),
    ...retentionIn(database),
  };
}
