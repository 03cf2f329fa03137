/** Limits a run inside of an executable. What an executable may do was fixed when it was made, and a process
 *  can give up whole kinds of permissions alone; but a worker can be given the paths and hosts that it may
 *  reach. So a limited run is executed in a worker, and the process does nothing but end with it. @module */
import type { ProcessPermissions } from "./run/permissions.ts";

const NAME = "limited run";

/** The codes with which a process ends that a worker ended. */
interface Ended {
  readonly code: number;
}

/** Whether this is the worker of a limited run. */
export function isLimitedRun(): boolean {
  return (globalThis as { name?: string }).name === NAME;
}

/** Starts the entry again, in a worker with no more than `permissions`. */
export function startLimited(entry: string, permissions: ProcessPermissions): void {
  const none = { read: false, write: false, net: false, env: false, run: false, sys: false };
  const worker = new Worker(entry, {
    type: "module",
    name: NAME,
    deno: { permissions: { ...none, ffi: false, import: false, ...permissions } },
  } as WorkerOptions);
  worker.onmessage = ({ data }: MessageEvent<Ended>) => Deno.exit(data.code);
  worker.onerror = (event) => {
    event.preventDefault();
    console.error(event.message);
    Deno.exit(1);
  };
}

/** Lets `Deno.exit` in the worker end the process, as it would outside of one. */
export function exitWithProcess(): void {
  const { postMessage } = globalThis as unknown as { postMessage(ended: Ended): void };
  Deno.exit = (code = Deno.exitCode) => {
    postMessage.call(globalThis, { code });
    // Until the process ends; nothing of the run may happen in between.
    const never = new Int32Array(new SharedArrayBuffer(4));
    for (;;) Atomics.wait(never, 0, 0);
  };
}
