/** Ends the kernel inside when its front is gone, even while a cell never yields: hence a worker. @module */

const INTERVAL_MS = 1000;

const front = Number(new URL(import.meta.url).searchParams.get("front"));

setInterval(() => {
  if (Deno.ppid !== front) Deno.kill(Deno.pid, "SIGKILL");
}, INTERVAL_MS);
