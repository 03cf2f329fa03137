/** Ends the kernel inside when its front is gone, even while a cell never yields: hence a worker. @module */
import process from "node:process";

const INTERVAL_MS = 1000;

const front = Number(new URL(import.meta.url).searchParams.get("front"));

setInterval(() => {
  if (!isAlive(front)) Deno.kill(Deno.pid, "SIGKILL");
}, INTERVAL_MS);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
