/** Keeps the time limits of blocks from outside: a busy loop never comes to look at its own. @module */
import type { BlockStarted, RunEvent } from "./events.ts";

export interface Deadlines {
  /** Follows the events of one run. */
  see(event: RunEvent): void;
  close(): void;
}

/** Calls `onOverdue` when a try has not been told to be over `graceMs` after its time limit. */
export function openDeadlines(
  graceMs: number,
  onOverdue: (started: BlockStarted) => void,
): Deadlines {
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  function clear(key: string): void {
    clearTimeout(timers.get(key));
    timers.delete(key);
  }
  return {
    see(event) {
      if (!("block" in event) || event.block === undefined) return;
      const key = `${event.block} ${event.element ?? ""}`;
      if (event.type === "block_started" && event.timeoutMs !== undefined) {
        clear(key);
        timers.set(key, setTimeout(() => onOverdue(event), event.timeoutMs + graceMs));
      }
      if (overTypes.has(event.type)) clear(key);
    },
    close() {
      for (const key of [...timers.keys()]) clear(key);
    },
  };
}

const overTypes: ReadonlySet<string> = new Set(["block_ended", "block_retrying", "block_waiting"]);
