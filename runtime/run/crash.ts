/** Says why a run's process ended without saying so itself. @module */

export interface ProcessEnd {
  readonly code: number;
  readonly signal: string | null;
  /** The last lines of its standard error. */
  readonly stderrTail: string;
  /** Where the code called `Deno.exit`. */
  readonly exitCalled: { readonly code: number; readonly block: string | null } | undefined;
  readonly maxHeapMb: number | undefined;
}

/** The reason, and the block that is to blame where it is known. */
export function explainEnd(end: ProcessEnd): { reason: string; block: string | undefined } {
  const { exitCalled } = end;
  if (exitCalled) {
    const by = exitCalled.block ?? "code outside of the blocks";
    return {
      reason: `the run's process ended: Deno.exit(${exitCalled.code}) was called by ${by}; ` +
        "throw an error to fail a block, or return to end it",
      block: exitCalled.block ?? undefined,
    };
  }
  if (/out of memory|heap limit/i.test(end.stderrTail)) {
    const limit = end.maxHeapMb === undefined ? "" : ` (its limit is ${end.maxHeapMb} MB)`;
    return {
      reason: `the run's process ran out of memory${limit}: read large data as a stream ` +
        "(scanCsv, scanParquet), or work on fewer elements at once",
      block: undefined,
    };
  }
  if (end.signal) {
    return {
      reason: `the run's process was killed by ${end.signal}, not by Sluice` +
        (end.signal === "SIGKILL" ? "; the system does so when memory runs out" : ""),
      block: undefined,
    };
  }
  const said = end.stderrTail.trim();
  return {
    reason: `the run's process ended with code ${end.code}${said === "" ? "" : `: ${said}`}`,
    block: undefined,
  };
}
