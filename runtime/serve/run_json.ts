/** A run as the API gives it: moments as text. @module */
import type { BlockRunRow, RunRow } from "../run/run_store.ts";

/** The JSON of a run. */
export function jsonOfRun({ id, createdAt, startedAt, endedAt, ...rest }: RunRow) {
  return {
    run: id,
    ...rest,
    createdAt: moment(createdAt),
    startedAt: moment(startedAt),
    endedAt: moment(endedAt),
  };
}

/** The JSON of a block run; what only the planner reads is left out. */
export function jsonOfBlockRun(
  { startedAt, endedAt, fingerprint: _, run: _run, ...rest }: BlockRunRow,
) {
  return { ...rest, startedAt: moment(startedAt), endedAt: moment(endedAt) };
}

function moment(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
