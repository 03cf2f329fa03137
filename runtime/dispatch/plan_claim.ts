/** What a claimed run does with each block, written down. @module */
import type { Pipeline } from "../compile/pipeline.ts";
import { fingerprintBlocks } from "../run/fingerprint.ts";
import { withoutLost } from "../run/lost_outputs.ts";
import { type Plan, planRun } from "../run/plan.ts";
import { planParked } from "../run/plan_parked.ts";
import type { ParkedRun } from "../run/request.ts";
import type { Store } from "../store/open_store.ts";
import type { ClaimedRun } from "../store/run_queue.ts";

/** The plan of a run's process, and where it goes on in a run that had ended its process. */
export interface ClaimPlan {
  readonly plan: Plan;
  readonly parked: ParkedRun | null;
}

/** Plans the run: from where its sensors wait, from what had completed, or from the beginning.
 *
 * @throws {LeaseLostError} where another dispatcher has taken the run meanwhile. */
export async function planClaim(
  { run, lease, isResumed, isSameTry, isParked }: ClaimedRun,
  pipeline: Pipeline,
  { projectFolder, store }: { readonly projectFolder: string; readonly store: Store },
): Promise<ClaimPlan> {
  const fingerprints = await fingerprintBlocks(pipeline, run.variables);
  const previous = isResumed
    ? await withoutLost(await store.listBlockRuns(run.id), { projectFolder, run: run.id, store })
    : undefined;
  if (isParked && previous && run.startedAt !== null) {
    const goesOn = planParked(pipeline, { fingerprints, previous, startedAt: run.startedAt });
    // Its rows stay as they are.
    if (goesOn) return goesOn;
  }
  const plan = planRun(pipeline, {
    fingerprints,
    isSameTry,
    ...(previous ? { previous } : {}),
    ...(run.block === null ? {} : { only: { block: run.block, withUpstream: run.hasUpstream } }),
  });
  await store.planRun(lease, plan.blocks);
  return { plan, parked: null };
}
