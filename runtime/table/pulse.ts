/** Keeps Deno's event loop turning while DuckDB works. Deno now and then misses that native work has
 *  ended (once in some thousand queries) and sleeps on until its next timer: 4 to 28 s were seen with
 *  every thread idle. A timer that fires often bounds that. @module */

const PULSE_MS = 10;

let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** Keeps the loop turning until the function that it gives is called, once for each start. */
export function startPulse(): () => void {
  users++;
  timer ??= setInterval(() => {}, PULSE_MS);
  return () => {
    if (--users > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}
