/** How a run goes on that ended its process while its sensors waited. Pure. @module */
import type { Pipeline } from "../compile/pipeline.ts";
import { type Plan, type PlannedBlock, planRun } from "./plan.ts";
import type { EndedInCrash, ParkedRun, ParkedWait } from "./request.ts";
import type { BlockRunRow, Fingerprint } from "./run_store.ts";
import { isEnded } from "./status.ts";

/** The plan and the place where the run goes on: what ended stays as it is, whatever it came to.
 *
 *  Undefined where that cannot be, because code changed or outputs are gone: then it is to be resumed. */
export function planParked(
  pipeline: Pipeline,
  { fingerprints, previous, startedAt }: {
    readonly fingerprints: ReadonlyMap<string, Fingerprint>;
    readonly previous: readonly BlockRunRow[];
    readonly startedAt: number;
  },
): { readonly plan: Plan; readonly parked: ParkedRun } | undefined {
  const rows = new Map(
    previous.filter((row) => row.element === null).map((row) => [row.block, row]),
  );
  const ended: Record<string, EndedInCrash> = {};
  const waits: Record<string, ParkedWait> = {};
  const blocks: PlannedBlock[] = [];
  for (const planned of planRun(pipeline, { fingerprints }).blocks) {
    const row = rows.get(planned.name);
    if (!row || row.fingerprint?.whole !== planned.fingerprint?.whole) return undefined;
    const isReused = row.status === "completed" && row.kind !== "callback";
    if (isReused && !row.hasSavedOutputs) return undefined;
    const wait = row.status === "queued" ? row.wait : null;
    if (wait) waits[row.block] = { ...wait, startedAt: row.startedAt ?? wait.since };
    else if (isEnded(row.status) && !isReused) {
      ended[row.block] = { status: row.status, error: row.error };
    }
    const attemptsBefore = row.attempts - (wait?.tries ?? 0);
    blocks.push({ ...planned, action: isReused ? "reuse" : "run", attemptsBefore });
  }
  return { plan: { blocks, loads: {} }, parked: { startedAt, ended, waits } };
}
