/** Statuses as people read them: what waits for a sensor's next look says so. @module */
import type { BlockRunRow, RunRow } from "./run_store.ts";
import type { BlockStatus, RunStatus } from "./status.ts";

/** `waiting` where a run goes on, and holds no process until one of its sensors looks again. */
export function shownRunStatus(
  { status, dueAt }: Pick<RunRow, "status" | "dueAt">,
): RunStatus | "waiting" {
  return status === "running" && dueAt !== null ? "waiting" : status;
}

/** `waiting` where the block is a sensor between two looks.
 *
 * @example
 * ```ts
 * import { shownBlockStatus } from "./shown_status.ts";
 * const wait = { since: 0, lookAt: 30_000, tries: 1 };
 * console.log(shownBlockStatus({ status: "queued", wait })); // "waiting"
 * ``` */
export function shownBlockStatus(
  { status, wait }: Pick<BlockRunRow, "status" | "wait">,
): BlockStatus | "waiting" {
  return status === "queued" && wait !== null ? "waiting" : status;
}
