/** What the writers of single files have in common: what stands at the target, the write beside it, and
 *  the rename. @module */
import { alreadyThere } from "./already_there.ts";
import { AppendLedger, fileAppendKey } from "./append_ledger.ts";
import { gsPath, gsText, isGsPath } from "../gcs/gs_path.ts";
import type { RetryOptions } from "../gcs/storage_client.ts";
import { writablePath } from "./locate.ts";
import { refuseSpecial } from "./special_file.ts";
import { settleLeftovers, Stage } from "./stage.ts";
import { explained } from "./system_error.ts";

/** How a write reaches a bucket; of no effect on local files. */
export interface BucketOptions {
  /** The profile for `gs://`; without it the run's. */
  readonly profile?: string | undefined;
  /** Makes the bucket where it is missing, in the profile's `GOOGLE_LOCATION`. */
  readonly createBucket?: boolean;
  /** How stubborn the requests are. */
  readonly retry?: RetryOptions | undefined;
}

/** What to do where the target exists. */
export interface FileWriteOptions extends BucketOptions {
  /** `fail` is the default. A repeated attempt of a run's block appends nothing twice. */
  readonly ifExists?: "fail" | "replace" | "append";
}

/** What was written. */
export interface FileWritten {
  /** Rows that this call wrote, or had written when an earlier attempt made the same append. */
  readonly rows: number;
  /** The file's size, with what stood in it before. */
  readonly bytes: number;
  /** Absolute, or as `gs://bucket/name`. */
  readonly path: string;
}

/** Writes the rows to `staged`, behind those of the file `previous` where there is one.
 *  @returns the rows, without those of `previous` */
export type Produce = (staged: string, previous: string | undefined) => Promise<number>;

/** Writes one file beside `target` and renames it.
 *
 * @throws {Error} where the target exists and may not, or the system refuses; what stood there stays */
export async function writeFile(
  target: string | URL,
  options: FileWriteOptions,
  produce: Produce,
): Promise<FileWritten> {
  const { ifExists = "fail" } = options;
  if (isGsPath(target)) {
    const key = ifExists === "append" ? await fileAppendKey(gsText(gsPath(target))) : undefined;
    const { writeObject } = await import("../gcs/write_object.ts");
    return await writeObject(gsPath(target), key, options, produce);
  }
  const path = writablePath(target);
  const key = ifExists === "append" ? await fileAppendKey(path) : undefined;
  try {
    const isThere = await standing(path, String(target), ifExists);
    if (ifExists === "append") return await append(path, key, produce);
    await using stage = await Stage.open(path);
    const rows = await produce(stage.data, undefined);
    const { size: bytes } = await Deno.stat(stage.data);
    if (!isThere) await standing(path, String(target), ifExists);
    await stage.commit();
    return { rows, bytes, path };
  } catch (failure) {
    throw explained(failure, `Cannot write ${target}`);
  }
}

async function append(
  path: string,
  key: string | undefined,
  produce: Produce,
): Promise<FileWritten> {
  using ledger = await AppendLedger.open(path);
  const made = ledger.find(key);
  if (made) {
    await settleLeftovers(path);
    return { rows: made.rows, bytes: (await Deno.stat(path)).size, path };
  }
  await using stage = await Stage.open(path);
  const previous = await Deno.stat(path).then(() => path, ifNotFound);
  const rows = await produce(stage.data, previous);
  const { size: bytes } = await Deno.stat(stage.data);
  await ledger.intend(key, rows, stage.data);
  await stage.commit();
  return { rows, bytes, path };
}

/** Whether something stands at the target that may be there. */
async function standing(path: string, name: string, ifExists: string): Promise<boolean> {
  const info = await Deno.stat(path).catch(ifNotFound);
  if (info === undefined) return false;
  if (info.isDirectory) {
    throw new Error(
      `Cannot write ${name}: it is a folder; name a file in it, or write a dataset with writePartitioned`,
    );
  }
  refuseSpecial(info, `Cannot write ${name}`);
  if (ifExists === "fail") throw alreadyThere(name);
  return true;
}

function ifNotFound(failure: unknown): undefined {
  if (!(failure instanceof Deno.errors.NotFound)) throw failure;
}
