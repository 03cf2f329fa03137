/** Makes an append to a file happen once for each run, block, element, target and call. The ledger of a
 *  target lies under `.sluice/appends` and is locked while an append is made. @module */
import { join } from "../../context/paths.ts";
import { sha256 } from "../../context/sha256.ts";
import { newTempPath } from "../../table/temp_folder.ts";
import { appendKey } from "../append_call.ts";

/** What an append added. */
export interface Appended {
  readonly rows: number;
}

interface Entry extends Appended {
  /** Which file the target became by it. */
  readonly inode: number | null;
  readonly size: number;
}

interface Content {
  readonly done: Record<string, Appended>;
  /** Written down before the rename that makes it true. */
  pending?: { readonly key: string; readonly entry: Entry };
}

/** Names the append to a file or a dataset that the calling code is about to make, as `appendKey` does. */
export async function fileAppendKey(target: string): Promise<string | undefined> {
  return await appendKey(`file:${target}`, 16);
}

/** The ledger of one target, locked until it is disposed of. */
export class AppendLedger implements Disposable {
  readonly #lock: Deno.FsFile;
  readonly #path: string;
  readonly #target: string;
  #content: Content;

  private constructor(lock: Deno.FsFile, path: string, target: string, content: Content) {
    this.#lock = lock;
    this.#path = path;
    this.#target = target;
    this.#content = content;
  }

  /** Waits for other appends to the target. */
  static async open(target: string): Promise<AppendLedger> {
    const folder = join(newTempPath("x"), "..", "..", "appends");
    const path = join(folder, (await sha256(target)).slice(0, 24));
    await Deno.mkdir(folder, { recursive: true });
    const lock = await Deno.open(`${path}.lock`, { create: true, write: true });
    try {
      await lock.lock(true);
      return new AppendLedger(lock, `${path}.json`, target, await settled(`${path}.json`, target));
    } catch (failure) {
      lock.close();
      throw failure;
    }
  }

  /** What the append under `key` added when it was made before. */
  find(key: string | undefined): Appended | undefined {
    return key === undefined ? undefined : this.#content.done[key];
  }

  /** To be called right before `staged` is renamed onto the target. */
  async intend(key: string | undefined, rows: number, staged: string): Promise<void> {
    const { ino, size } = await Deno.stat(staged);
    if (key !== undefined) this.#content.pending = { key, entry: { rows, inode: ino, size } };
    else if (Object.keys(this.#content.done).length === 0) return;
    const beside = `${this.#path}.part`;
    await Deno.writeTextFile(beside, JSON.stringify({ target: this.#target, ...this.#content }));
    await Deno.rename(beside, this.#path);
  }

  [Symbol.dispose](): void {
    this.#lock.close();
  }
}

/** The ledger with its last intention decided by whether the target is the file that it meant. */
async function settled(path: string, target: string): Promise<Content> {
  const standing = await Deno.stat(target).catch(ifNotFound);
  const text = await Deno.readTextFile(path).catch(ifNotFound);
  if (standing === undefined || text === undefined) return { done: {} };
  const { done, pending } = JSON.parse(text) as Content;
  if (pending === undefined) return { done };
  const { rows, inode, size } = pending.entry;
  const isMade = standing.ino === inode && (standing.isDirectory || standing.size === size);
  return { done: isMade ? { ...done, [pending.key]: { rows } } : done };
}

function ifNotFound(failure: unknown): undefined {
  if (!(failure instanceof Deno.errors.NotFound)) throw failure;
}
