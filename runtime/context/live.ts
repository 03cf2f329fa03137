/** Whether the code runs live in Jupyter, and what `run` is there. @module */
import type { RunInfo } from "./run_info.ts";

let liveRun: RunInfo | undefined;

/** The run of the notebook that is open in Jupyter, or undefined outside of it. */
export function findLiveRun(): RunInfo | undefined {
  if (!isLive()) return undefined;
  return liveRun ??= startLiveRun();
}

/** Reading `Deno.jupyter` throws outside the kernel. */
function isLive(): boolean {
  try {
    return Reflect.get(Deno, "jupyter") !== undefined;
  } catch {
    return false;
  }
}

function startLiveRun(): RunInfo {
  return {
    id: "live",
    pipeline: notebookName(),
    executionDate: Temporal.Now.zonedDateTimeISO("UTC"),
    interval: undefined,
    variables: {},
    event: undefined,
    signal: new AbortController().signal,
    attempt: 1,
    live: true,
  };
}

/** Jupyter's server tells its kernels the notebook's path in this variable; others tell nothing. */
function notebookName(): string {
  const path = Deno.env.get("JPY_SESSION_NAME") ?? "live";
  return path.slice(path.lastIndexOf("/") + 1).replace(/\.ipynb$/, "");
}
