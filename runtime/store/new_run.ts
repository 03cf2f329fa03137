/** What the row of every new run holds, however it came about. @module */
import type { NewRun } from "../run/run_store.ts";

/** The columns of `runs` that `newRunValues` fills, in its order. */
export const NEW_RUN_COLUMNS = `id, pipeline, notebook, created_at, execution_date, interval_start,
    interval_end, variables, profile, event, block, has_upstream, keep`;

/** The run's values, one for each of `NEW_RUN_COLUMNS`. */
export function newRunValues(run: NewRun) {
  return [
    run.id,
    run.pipeline,
    run.notebook,
    run.createdAt,
    run.executionDate,
    run.interval?.start ?? null,
    run.interval?.end ?? null,
    JSON.stringify(run.variables),
    run.profile,
    run.event === undefined ? null : JSON.stringify(run.event),
    run.block,
    run.hasUpstream ? 1 : 0,
    run.keep,
  ] as const;
}
