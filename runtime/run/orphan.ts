/** A run's process whose supervisor was killed: it ends itself, and says so in the history. @module */
import type { RunWriter } from "./run_store.ts";

/** How often the process looks whether its supervisor is still there. */
const LOOK_MS = 500;

const KILLED = "the process that watched the run was killed, so the run ended itself; " +
  "resume it to go on from what had completed";

/** Calls `onOrphaned` once, when the process that was the parent at the call no longer is. */
export function watchParent(onOrphaned: () => void): void {
  const parent = Deno.ppid;
  const timer = setInterval(() => {
    if (Deno.ppid === parent) return;
    clearInterval(timer);
    onOrphaned();
  }, LOOK_MS);
  Deno.unrefTimer(timer);
}

/** Writes down that the run ended for want of a supervisor. */
export async function endOrphan(writer: RunWriter, startedAt: number): Promise<void> {
  const at = Date.now();
  await writer.endOpenBlocks({
    status: "failed",
    at,
    error: KILLED,
    errors: {},
    sparesCallbacks: false,
  });
  const ms = at - startedAt;
  await writer.endRun({ status: "failed", at, ms, error: KILLED, peakRssBytes: null });
}
