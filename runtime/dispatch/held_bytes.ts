/** What memory a process holds by itself. @module */

/** The proportional set of a process in bytes: what it holds alone, and its part of what it shares. 0 where the
 *  system does not tell, or the process is gone. */
export function heldBytes(pid: number): number {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/smaps_rollup`);
    return Number(/^Pss:\s+(\d+) kB$/m.exec(text)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}
