/** The statuses of runs and block runs, and how one follows from others. @module */

export type RunStatus = "initial" | "running" | "completed" | "failed" | "cancelled";

export type BlockStatus = RunStatus | "queued" | "upstream_failed" | "condition_failed";

/** True where nothing more will come of the block in this run. */
export function isEnded(status: BlockStatus): boolean {
  return status !== "initial" && status !== "queued" && status !== "running";
}

/** What becomes of a block whose upstream ended with `statuses`: undefined means it may start. */
export function statusFromUpstream(statuses: readonly BlockStatus[]): BlockStatus | undefined {
  const has = (...wanted: BlockStatus[]) => statuses.some((status) => wanted.includes(status));
  if (has("failed", "upstream_failed")) return "upstream_failed";
  if (has("cancelled")) return "cancelled";
  if (has("condition_failed")) return "condition_failed";
  return undefined;
}

/** How a run ended, from how its blocks did; callbacks are not among `statuses`. */
export function runStatusFromBlocks(statuses: readonly BlockStatus[]): RunStatus {
  if (statuses.includes("failed") || statuses.includes("upstream_failed")) return "failed";
  return statuses.includes("cancelled") ? "cancelled" : "completed";
}
