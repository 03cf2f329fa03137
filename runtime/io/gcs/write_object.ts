/** Writes one object of rows: the file is made here, then uploaded under the condition that nobody wrote
 *  the object meanwhile. @module */
import { basename, join } from "../../context/paths.ts";
import { newTempPath } from "../../table/temp_folder.ts";
import { alreadyThere } from "../files/already_there.ts";
import { AppendLedger } from "../files/append_ledger.ts";
import { explained } from "../files/system_error.ts";
import type { FileWriteOptions, FileWritten, Produce } from "../files/write_file.ts";
import { fetchObject } from "./fetch_objects.ts";
import { type GsPath, gsText } from "./gs_path.ts";
import { type GsObject, requireBucket, statObject } from "./objects.ts";
import { type StorageClient, storageClient } from "./storage_client.ts";
import { StorageError } from "./storage_error.ts";
import { uploadFile } from "./upload.ts";

/** Appends that an object remembers: what fits into the 8 KiB of metadata that Cloud Storage keeps. */
const REMEMBERED = 150;
const APPENDS = "sluice_appends";

/** Writes the object `path` from what `produce` writes to a local file.
 *
 * @param key names an append of a run; one that is remembered adds nothing
 * @throws {Error} where the object exists and may not, or was written by somebody else meanwhile */
export async function writeObject(
  path: GsPath,
  key: string | undefined,
  { ifExists = "fail", profile, createBucket = false, retry }: FileWriteOptions,
  produce: Produce,
): Promise<FileWritten> {
  const doing = `Cannot write ${gsText(path)}`;
  checkName(path, doing);
  const client = await storageClient(profile, retry);
  await requireBucket(client, path.bucket, doing, { create: createBucket });
  const folder = newTempPath("upload");
  await Deno.mkdir(folder, { recursive: true });
  try {
    if (ifExists === "append") return await append(client, path, key, folder, produce);
    const mustBeNew = ifExists === "fail";
    if (mustBeNew && await statObject(client, path, doing)) throw alreadyThere(gsText(path));
    const staged = stagedFile(folder, path);
    const rows = await produce(staged, undefined);
    const object = await uploadFile(client, path, staged, mustBeNew ? { ifGeneration: "0" } : {});
    return { rows, bytes: object.size, path: gsText(path) };
  } catch (failure) {
    const isTaken = failure instanceof StorageError && failure.status === 412;
    if (isTaken && ifExists === "fail") throw alreadyThere(gsText(path));
    throw explained(failure, doing);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Appends of this machine go one after another; one of another machine in between is an error. */
async function append(
  client: StorageClient,
  path: GsPath,
  key: string | undefined,
  folder: string,
  produce: Produce,
): Promise<FileWritten> {
  const doing = `Cannot append to ${gsText(path)}`;
  using _others = await AppendLedger.open(gsText(path));
  const standing = await statObject(client, path, doing);
  const made = appendsOf(standing);
  const known = made.find(([each]) => each === key);
  if (standing && known) return { rows: known[1], bytes: standing.size, path: gsText(path) };
  const previous = standing && join(folder, "previous", basename(path.name));
  if (standing && previous) {
    await Deno.mkdir(join(folder, "previous"));
    await fetchObject(client, standing, previous);
  }
  const staged = stagedFile(folder, path);
  const rows = await produce(staged, previous);
  const remembered = key === undefined ? made : [...made, [key, rows] as const].slice(-REMEMBERED);
  try {
    const object = await uploadFile(client, path, staged, {
      ifGeneration: standing?.generation ?? "0",
      metadata: { [APPENDS]: remembered.map(([each, count]) => `${each}:${count}`).join(" ") },
    });
    return { rows, bytes: object.size, path: gsText(path) };
  } catch (cause) {
    if (!(cause instanceof StorageError && cause.status === 412)) throw cause;
    throw new Error(`${doing}: it was written by somebody else meanwhile; run it again`, { cause });
  }
}

function appendsOf(object: GsObject | undefined): (readonly [string, number])[] {
  const text = object?.metadata[APPENDS] ?? "";
  return text.split(" ").filter(Boolean).map((each) => {
    const [key = "", rows = ""] = each.split(":");
    return [key, Number(rows)] as const;
  });
}

function stagedFile(folder: string, { name }: GsPath): string {
  return join(folder, basename(name));
}

function checkName({ name }: GsPath, doing: string): void {
  if (name === "" || name.endsWith("/")) {
    throw new Error(
      `${doing}: it names a folder; name an object in it, as gs://bucket/name.parquet`,
    );
  }
}
