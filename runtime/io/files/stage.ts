/** Writes appear whole or not at all. Each write has a hidden folder beside its target,
 *  `.<name>.sluice-<id>`, on the same file system:
 *
 *  - `lock` is held while the writer lives, so that a dead writer's folder is known by its free lock;
 *  - `data` is what is being written, and is renamed onto the target when it is whole;
 *  - `previous` is the folder that stood there, moved away just before, for a file cannot replace it.
 *
 *  A writer killed between those two renames leaves no target but a whole `data`: whoever reads or
 *  writes next finishes the second rename. Any other leftover is removed by the next writer. @module */
import { basename, dirname, join } from "../../context/paths.ts";

/** How old a folder without a lock must be to count as left over: its writer may just be starting. */
const STARTING_MS = 60_000;

/** A write in progress; disposing of it removes everything that was not committed. */
export class Stage implements AsyncDisposable {
  readonly target: string;
  readonly #folder: string;
  readonly #lock: Deno.FsFile;
  readonly #madeParents: string | undefined;
  #isCommitted = false;

  private constructor(
    target: string,
    folder: string,
    lock: Deno.FsFile,
    madeParents: string | undefined,
  ) {
    this.target = target;
    this.#folder = folder;
    this.#lock = lock;
    this.#madeParents = madeParents;
  }

  /** Begins a write of `target`; missing folders above it are made. */
  static async open(target: string): Promise<Stage> {
    const madeParents = await makeFolders(dirname(target));
    try {
      await settleLeftovers(target);
      for (;;) {
        const folder = join(
          dirname(target),
          `${prefixOf(target)}${crypto.randomUUID().slice(0, 8)}`,
        );
        // Without a pause: a writer killed between the two leaves a folder that may be one just starting.
        Deno.mkdirSync(folder);
        const lock = Deno.openSync(join(folder, "lock"), { write: true, create: true });
        await lock.lock(true);
        if (await exists(join(folder, "lock"))) return new Stage(target, folder, lock, madeParents);
        lock.close();
      }
    } catch (failure) {
      await removeEmpty(dirname(target), madeParents);
      throw failure;
    }
  }

  /** Where the new file or folder is to be written. */
  get data(): string {
    return join(this.#folder, "data");
  }

  /** Puts the new file or folder in the target's place. */
  async commit(): Promise<void> {
    const previous = join(this.#folder, "previous");
    const standing = await Deno.stat(this.target).catch(ifNotFound);
    if (standing?.isDirectory) await Deno.rename(this.target, previous);
    try {
      await Deno.rename(this.data, this.target);
    } catch (failure) {
      if (standing?.isDirectory) await Deno.rename(previous, this.target);
      throw failure;
    }
    this.#isCommitted = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.#folder, { recursive: true }).catch(ifNotFound);
    this.#lock.close();
    if (!this.#isCommitted) await removeEmpty(dirname(this.target), this.#madeParents);
  }
}

/** Finishes or removes what dead writers of the target left: for those who write it no more. */
export async function settleLeftovers(target: string): Promise<void> {
  for (const leftover of await leftoversOf(target)) await settle(target, leftover);
}

/** Finishes the write of a folder whose writer was killed between its two renames, and waits for one
 *  that is between them now. Does nothing where the target stands. */
export async function recoverDataset(target: string): Promise<void> {
  if (await exists(target)) return;
  for (const leftover of await leftoversOf(target)) {
    if (!(await exists(join(leftover, "previous")))) continue;
    const lock = await openLock(leftover);
    if (lock === undefined) continue;
    try {
      await lock.lock(true);
      await finish(target, leftover);
    } finally {
      lock.close();
    }
  }
}

function prefixOf(target: string): string {
  return `.${basename(target)}.sluice-`;
}

async function leftoversOf(target: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(dirname(target)));
    return entries.filter((entry) => entry.isDirectory && entry.name.startsWith(prefixOf(target)))
      .map((entry) => join(dirname(target), entry.name));
  } catch {
    return [];
  }
}

/** Finishes or removes what a dead writer left; leaves a living one's folder alone. */
async function settle(target: string, leftover: string): Promise<void> {
  const lock = await openLock(leftover);
  if (lock === undefined) {
    const info = await Deno.stat(leftover).catch(ifNotFound);
    const isOld = Date.now() - (info?.mtime?.getTime() ?? 0) > STARTING_MS;
    if (isOld) await Deno.remove(leftover, { recursive: true }).catch(ifNotFound);
    return;
  }
  try {
    if (!(await lock.tryLock(true))) return;
    await finish(target, leftover);
    await Deno.remove(leftover, { recursive: true }).catch(ifNotFound);
  } finally {
    lock.close();
  }
}

async function finish(target: string, leftover: string): Promise<void> {
  const previous = join(leftover, "previous");
  if (await exists(target) || !(await exists(previous))) return;
  const data = join(leftover, "data");
  await Deno.rename(await exists(data) ? data : previous, target);
}

function openLock(leftover: string): Promise<Deno.FsFile | undefined> {
  return Deno.open(join(leftover, "lock"), { write: true }).catch(ifNotFound);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).catch(ifNotFound) !== undefined;
}

function ifNotFound(failure: unknown): undefined {
  if (!(failure instanceof Deno.errors.NotFound)) throw failure;
}

/** Makes the folder and those above it that are missing; gives the first that was. */
async function makeFolders(folder: string): Promise<string | undefined> {
  try {
    await Deno.mkdir(folder);
    return folder;
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound && folder !== dirname(folder)) {
      const first = await makeFolders(dirname(folder));
      const own = await makeFolders(folder);
      return first ?? own;
    }
    const standing = await Deno.stat(folder).catch(ifNotFound);
    if (standing?.isDirectory) return undefined;
    throw failure;
  }
}

/** Removes the folders from `folder` up to `first` as far as they are empty. */
async function removeEmpty(folder: string, first: string | undefined): Promise<void> {
  if (first === undefined) return;
  try {
    for (let at = folder; at.length >= first.length; at = dirname(at)) await Deno.remove(at);
  } catch {
    // something else stands in it by now
  }
}
