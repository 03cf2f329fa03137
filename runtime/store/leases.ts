/** Runs begun, taken up again and given up: who may write to which run. @module */
// deno-lint-ignore-file require-await -- the interface is for histories across a network too
import type { PlannedBlock } from "../run/plan.ts";
import type { Lease, RunStore } from "../run/run_store.ts";
import type { Database } from "./database.ts";
import { NEW_RUN_COLUMNS, newRunValues } from "./new_run.ts";
import { hostId, processId } from "./processes.ts";
import { isAbandoned, recoverRuns } from "./recover_runs.ts";
import { WHOLE_BLOCK } from "./rows.ts";

const ADD_RUN = `insert into runs (${NEW_RUN_COLUMNS}, status)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'initial')`;

const ADD_BLOCK = `insert into block_runs (run, block, element, position, kind, status, attempts,
    upstream, fingerprint, has_saved_outputs, waiting_since)
  values (?, ?, ${WHOLE_BLOCK}, ?, ?, 'initial', ?, ?, ?, 0, ?)`;

const TAKE_LEASE = `insert into leases (run, token, expires_at, host, pid, process_start)
  values (?, ?, ?, ?, ?, ?)
  on conflict (run) do update set token = excluded.token, expires_at = excluded.expires_at,
    host = excluded.host, pid = excluded.pid, process_start = excluded.process_start,
    run_pid = null, run_process_start = null`;

/** Whatever was counted or asked for in the try before is over. */
const RESUME = `update runs set status = 'initial', error = null, due_at = null, variables = ?,
  try_started_at = null, cancel_requested_at = null where id = ?`;

const RENEW_LEASE = "update leases set expires_at = ? where run = ? and token = ?";

const RELEASE_LEASE = "delete from leases where run = ? and token = ?";

type Leases = Pick<
  RunStore,
  "createRun" | "resumeRun" | "renewLease" | "releaseLease" | "recoverRuns"
>;

/** The part of the history that says who may write to which run. */
export function leasesIn(database: Database): Leases {
  return {
    createRun: async (run, blocks, leaseMs) =>
      database.transaction(() => {
        database.run(ADD_RUN, ...newRunValues(run));
        addBlocks(database, run.id, blocks);
        return takeLease(database, run.id, leaseMs);
      }),
    resumeRun: async (run, blocks, { variables, leaseMs }) =>
      database.transaction(() => {
        const lease = takeLease(database, run, leaseMs);
        database.run(RESUME, JSON.stringify(variables), run);
        forgetBlocks(database, run, blocks);
        addBlocks(database, run, blocks);
        return lease;
      }),
    renewLease: async ({ run, token }, leaseMs) =>
      database.run(RENEW_LEASE, Date.now() + leaseMs, run, token) === 1,
    releaseLease: async ({ run, token }) => void database.run(RELEASE_LEASE, run, token),
    recoverRuns: (now = Date.now(), held = []) => recoverRuns(database, now, held),
  };
}

/** Takes the lease of a run, inside the caller's transaction. An expired lease is anybody's, and so is
 *  one whose processes are gone.
 *
 * @throws {Error} where another holds it. */
export function takeLease(database: Database, run: string, leaseMs: number): Lease {
  const now = Date.now();
  const held = database.get("select * from leases where run = ?", run);
  if (held && (held.expires_at as number) > now && !isAbandoned(held)) {
    throw new Error(
      `Cannot take over run ${run}: it is going on, or what watched it was killed a moment ago; ` +
        "wait half a minute, or cancel it",
    );
  }
  const token = crypto.randomUUID();
  const { pid, start } = ownProcess ??= processId(Deno.pid);
  database.run(TAKE_LEASE, run, token, now + leaseMs, hostId(), pid, start);
  return { run, token };
}

let ownProcess: ReturnType<typeof processId> | undefined;

/** Those that are reused have their row from before. */
export function addBlocks(database: Database, run: string, blocks: readonly PlannedBlock[]): void {
  for (const [position, block] of blocks.entries()) {
    const { name, kind, upstream, action, attemptsBefore, fingerprint, waitingSince } = block;
    if (action === "reuse") continue;
    const code = fingerprint === null ? null : JSON.stringify(fingerprint);
    const above = JSON.stringify(upstream);
    const since = waitingSince ?? null;
    database.run(ADD_BLOCK, run, name, position, kind, attemptsBefore, above, code, since);
  }
}

/** What runs again begins anew, its elements with it; logs and attempts stay as they were. */
export function forgetBlocks(
  database: Database,
  run: string,
  blocks: readonly PlannedBlock[],
): void {
  const reused = new Set(
    blocks.filter(({ action }) => action === "reuse").map(({ name }) => name),
  );
  for (const [position, { name }] of blocks.entries()) {
    const move = "update block_runs set position = ? where run = ? and block = ?";
    database.run(move, position, run, name);
  }
  for (const row of database.all("select distinct block from block_runs where run = ?", run)) {
    const block = row.block as string;
    if (reused.has(block)) continue;
    for (const table of ["block_runs", "checks", "artifacts", "outputs"]) {
      database.run(`delete from ${table} where run = ? and block = ?`, run, block);
    }
  }
}
