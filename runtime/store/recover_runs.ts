/** Runs whose supervisor is gone: it was killed, or its machine stopped. @module */
import type { Lease } from "../run/run_store.ts";
import type { Database, Row } from "./database.ts";
import { endOpenBlocks } from "./end_open_blocks.ts";
import { hostId, isGone, killProcess, type ProcessId } from "./processes.ts";
import { settleRun } from "./settle_run.ts";

/** A run that took its dispatcher with it so often is no longer resumed. */
const MOST_LOSSES = 5;
/** How long a killed process may take to be gone. */
const GONE_MS = 1000;

const LIST_LEASES = `select leases.*, runs.status from leases join runs on runs.id = leases.run`;

const LIST_UNLEASED = `select id as run from runs where status in ('initial', 'running')
  and due_at is null and not exists (select 1 from leases where leases.run = runs.id)`;

const LOST = "the process that watched the run gave no heartbeat any more: it was killed, or its " +
  "machine stopped; resume the run to go on from what had completed";

const TOO_OFTEN =
  `it was lost with its dispatcher ${MOST_LOSSES} times, so it is not resumed again: ` +
  "see whether it exhausts the machine";

/** Ends, resumes or tries again the runs that nobody watches any more; gives those that it failed. */
export async function recoverRuns(
  database: Database,
  now: number,
  held: readonly Lease[],
): Promise<readonly string[]> {
  await endOrphans(database);
  const list = () => listLost(database, now, new Set(held.map(({ token }) => token)));
  if (list().length === 0) return [];
  return database.transaction(() => list().filter((run) => recoverRun(database, run, now)));
}

/** Whether the lease may be taken although its time has not come: both of its processes are gone. */
export function isAbandoned(lease: Row): boolean {
  return lease.host === hostId() && isGone(supervisorOf(lease)) && isRunProcessGone(lease);
}

function listLost(
  database: Database,
  now: number,
  held: ReadonlySet<string>,
): readonly string[] {
  const leased = database.all(LIST_LEASES).filter((lease) =>
    !held.has(lease.token as string) &&
    ((lease.expires_at as number) <= now || isAbandoned(lease))
  );
  return [...leased, ...database.all(LIST_UNLEASED)].map(({ run }) => run as string);
}

/** The process of a run ends by itself once its supervisor is gone, but not at once; until it has, its
 *  blocks must not be started elsewhere. */
async function endOrphans(database: Database): Promise<void> {
  for (const lease of database.all(LIST_LEASES)) {
    if (lease.host !== hostId() || !isGone(supervisorOf(lease))) continue;
    const end = Date.now() + GONE_MS;
    while (!isRunProcessGone(lease) && Date.now() < end) {
      killProcess(runProcessOf(lease) as ProcessId);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

function supervisorOf(lease: Row): ProcessId {
  return { pid: lease.pid as number, start: lease.process_start as string | null };
}

function runProcessOf(lease: Row): ProcessId | undefined {
  if (lease.run_pid === null) return undefined;
  return { pid: lease.run_pid as number, start: lease.run_process_start as string | null };
}

function isRunProcessGone(lease: Row): boolean {
  const process = runProcessOf(lease);
  return process === undefined || isGone(process);
}

/** True where the run has failed by it. */
function recoverRun(database: Database, run: string, now: number): boolean {
  const row = database.get("select * from runs where id = ?", run) as Row;
  if (row.status === "initial" || row.status === "running") {
    if (row.due_at !== null) {
      database.run("delete from leases where run = ?", run);
      return false;
    }
    const isCancelled = row.cancel_requested_at !== null;
    const isAccepted = row.claimed_at !== null;
    const isTooOften = isAccepted && (row.losses as number) >= MOST_LOSSES;
    const error = isTooOften ? TOO_OFTEN : LOST;
    endOpenBlocks(database, run, {
      status: isCancelled ? "cancelled" : "failed",
      at: now,
      error,
      errors: {},
      sparesCallbacks: false,
    });
    if (isAccepted && !isTooOften && !isCancelled && row.on_lost !== "fail") {
      // It keeps its place before those that came later: else each would begin, and none end.
      const queue =
        "update runs set status = 'initial', due_at = created_at, losses = losses + 1 where id = ?";
      database.run(queue, run);
      database.run("delete from leases where run = ?", run);
      return false;
    }
    const ms = row.started_at === null ? 0 : now - (row.started_at as number);
    const end = "update runs set status = ?, ended_at = ?, ms = ?, error = ? where id = ?";
    database.run(
      end,
      isCancelled ? "cancelled" : "failed",
      now,
      ms,
      isCancelled ? null : error,
      run,
    );
  }
  return settleRun(database, run, { now }).status === "failed";
}
