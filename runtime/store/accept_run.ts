/** Inserts an accepted run, unless what it stands for is there already. @module */
import type { Database } from "./database.ts";
import { NEW_RUN_COLUMNS, newRunValues } from "./new_run.ts";
import type { AcceptedAs, AcceptedRun } from "./run_queue.ts";

const ADD =
  `insert into runs (${NEW_RUN_COLUMNS}, status, trigger, backfill, key, priority, due_at, lane, lane_limit, compiled, timeout_ms, retry, sla_ms,
    on_lost, tries_left, error, ended_at, ms)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

const IN_LANE = `select id from runs where lane = ? and status in ('initial', 'running')
  order by runs.rowid limit 1`;

/** Inside the caller's transaction. */
export function insertRun(database: Database, run: AcceptedRun): AcceptedAs {
  const known = run.key === null
    ? undefined
    : database.get("select id from runs where key = ?", run.key);
  if (known) return { run: known.id as string, isNew: false, isSkipped: false };
  const goingOn = run.isSkippable && run.lane !== null && run.refusal === null
    ? database.get(IN_LANE, run.lane.name)
    : undefined;
  if (goingOn) return { run: goingOn.id as string, isNew: false, isSkipped: true };
  const isRefused = run.refusal !== null;
  database.run(
    ADD,
    ...newRunValues(run),
    isRefused ? "failed" : "initial",
    run.trigger,
    run.backfill,
    run.key,
    run.priority,
    isRefused ? null : run.createdAt,
    run.lane?.name ?? null,
    run.lane?.atMost ?? null,
    run.compiled,
    run.timeoutMs,
    run.retry && JSON.stringify(run.retry),
    run.slaMs,
    run.onLost,
    run.retry?.attempts ?? 1,
    run.refusal,
    isRefused ? run.createdAt : null,
    isRefused ? 0 : null,
  );
  return { run: run.id, isNew: true, isSkipped: false };
}
