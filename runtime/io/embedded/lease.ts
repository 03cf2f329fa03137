/** Leases on an embedded server, as file locks: the system drops a lock with the process that held it,
 *  so that `kill -9` leaves no lease behind. Users share the lock; whoever gets it alone is the last. @module */
import { join } from "../../context/paths.ts";

/** One user's hold on the server. */
export class Lease {
  readonly #file: Deno.FsFile;

  private constructor(file: Deno.FsFile) {
    this.#file = file;
  }

  /** Takes a lease; waits while a server whose last user has gone is being stopped. */
  static async take(state: string): Promise<Lease> {
    const file = await openLock(state, "lease.lock");
    await file.lock(false);
    return new Lease(file);
  }

  /** Waits until nobody holds a lease, then keeps newcomers out until `release`. */
  static async takeLast(state: string): Promise<Lease> {
    const file = await openLock(state, "lease.lock");
    await file.lock(true);
    return new Lease(file);
  }

  /** Gives the lease up; the last to do so calls `stop` first, while newcomers wait. */
  async release(stop: () => Promise<void>): Promise<void> {
    try {
      if (await this.#file.tryLock(true)) await stop();
    } finally {
      this.#file.close();
    }
  }
}

/** Calls `work` while no other process, and no other caller in this one, is between the same two lines. */
export async function throughGate<Result>(
  state: string,
  work: () => Promise<Result>,
): Promise<Result> {
  using file = await openLock(state, "gate.lock");
  await file.lock(true);
  return await work();
}

/** The lock that the one watcher of a server holds, or undefined where another holds it. */
export async function tryWatch(state: string): Promise<Disposable | undefined> {
  const file = await openLock(state, "watch.lock");
  if (await file.tryLock(true)) return file;
  file.close();
  return undefined;
}

function openLock(state: string, name: string): Promise<Deno.FsFile> {
  return Deno.open(join(state, name), { read: true, write: true, create: true, mode: 0o600 });
}
