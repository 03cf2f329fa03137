/** Tells of blocks that were ended from outside of their own code. @module */
import type { BlockEnded } from "./events.ts";
import { refOf } from "./execution.ts";
import type { EndedOpenBlock } from "./run_store.ts";

/** The event of each block that was ended at `at`. */
export function endedBlockEvents(
  ended: readonly EndedOpenBlock[],
  at: number,
): readonly BlockEnded[] {
  return ended.map(({ block, element, status, ms, attempts, error, reason }) => ({
    type: "block_ended",
    ...refOf({ block, element }),
    at,
    status,
    ms,
    attempts,
    rows: null,
    ...(error === null ? {} : { error }),
    ...(reason === null ? {} : { reason }),
  }));
}
