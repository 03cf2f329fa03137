/** Which processes stand behind a lease, and whether they still live. A process is known by its number
 *  and the moment it started: numbers are given again. Where the system does not tell (no /proc), nothing
 *  is known, and a lease ends by its time alone. @module */

/** A process of this machine. */
export interface ProcessId {
  readonly pid: number;
  /** As the kernel counts it; null where that is not known. */
  readonly start: string | null;
}

let ownHost: string | undefined;

/** This machine since it was started: numbers of processes mean nothing beyond it. */
export function hostId(): string {
  return ownHost ??= `${Deno.hostname()} ${readText("/proc/sys/kernel/random/boot_id") ?? ""}`
    .trim();
}

/** The process with this number, as it is now. */
export function processId(pid: number): ProcessId {
  return { pid, start: startOf(pid) ?? null };
}

/** True only where the process is known to be gone. */
export function isGone({ pid, start }: ProcessId): boolean {
  if (start === null) return false;
  return startOf(pid) !== start;
}

/** Ends a process at once, if it is still the one that is meant. */
export function killProcess(process: ProcessId): void {
  if (process.start === null || isGone(process)) return;
  try {
    Deno.kill(process.pid, "SIGKILL");
  } catch (error) {
    // It ended just now.
    if (!(error instanceof Deno.errors.NotFound || error instanceof TypeError)) throw error;
  }
}

/** Undefined for a process that is gone, or dead and not yet taken note of by its parent. */
function startOf(pid: number): string | undefined {
  const stat = readText(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The name, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

function readText(path: string): string | undefined {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch {
    return undefined;
  }
}
