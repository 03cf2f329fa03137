/** A run as the API gives it: moments as text. @module */
import type { BlockRunRow, RunRow } from "../run/run_store.ts";

/** The JSON of a run. */
export function jsonOfRun({ id, createdAt, startedAt, endedAt, dueAt, ...rest }: RunRow) {
  return {
    run: id,
    ...rest,
    createdAt: moment(createdAt),
    startedAt: moment(startedAt),
    endedAt: moment(endedAt),
    dueAt: moment(dueAt),
  };
}

/** The JSON of a block run; what only the planner reads is left out. */
export function jsonOfBlockRun(
  { startedAt, endedAt, wait, fingerprint: _, run: _run, ...rest }: BlockRunRow,
) {
  return {
    ...rest,
    startedAt: moment(startedAt),
    endedAt: moment(endedAt),
    wait: wait && { since: moment(wait.since), lookAt: moment(wait.lookAt) },
  };
}

function moment(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
