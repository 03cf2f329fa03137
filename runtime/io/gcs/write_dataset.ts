/** Writes tables as datasets in buckets: the files go up side by side under names that no other write has,
 *  then the manifest that lists them is put in force, all at once. What it replaces is deleted last, and of
 *  that only what the manifest before listed. @module */
import { join } from "../../context/paths.ts";
import pLimit from "p-limit";
import { newTempPath } from "../../table/temp_folder.ts";
import type { Rows } from "../files/copy_to.ts";
import { explained } from "../files/system_error.ts";
import { alreadyThere } from "../files/already_there.ts";
import { type CopyPartitions, copyPartitions } from "../files/copy_partitions.ts";
import {
  newId,
  type PartitionOptions,
  type PartitionsWritten,
} from "../files/write_partitioned.ts";
import { type GsPath, gsText } from "./gs_path.ts";
import {
  type Manifest,
  type ManifestFile,
  manifestFile,
  pathBelow,
  readManifest,
  type Standing,
  writeManifest,
} from "./manifest.ts";
import { deleteObject, requireBucket } from "./objects.ts";
import { callingDead, findOrphans, type Orphans, PART_MARK } from "./orphans.ts";
import { checkColumns, isData, objectsBelow, standingFiles } from "./standing_files.ts";
import { type StorageClient, storageClient } from "./storage_client.ts";
import { uploadFile } from "./upload.ts";

const AT_ONCE = 8;
/** How often an append takes up the manifest of another writer. */
const MERGES = 20;

type DatasetOptions = PartitionOptions & { readonly by: readonly string[] };

/** Writes a dataset into the folder `folder` of a bucket.
 *
 * @param call names a run's write; an append that the manifest lists under it adds nothing
 * @throws {Error} where a dataset stands there and may not, or somebody else replaced it meanwhile */
export async function writeDataset(
  table: Rows,
  folder: GsPath,
  options: DatasetOptions,
  call: string | undefined,
): Promise<PartitionsWritten> {
  const { ifExists = "fail", profile, createBucket = false, retry } = options;
  const key = ifExists === "append" ? call : undefined;
  const doing = `Cannot write ${gsText(folder)}`;
  const client = await storageClient(profile, retry);
  await requireBucket(client, folder.bucket, doing, { create: createBucket });
  const before = await readManifest(client, folder, doing);
  const known = key === undefined ? undefined : before.manifest?.appends[key];
  if (known) return resultOf(folder, known);
  const objects = await objectsBelow(client, folder);
  const standing = standingFiles(folder, before, objects);
  if (ifExists === "fail" && (before.manifest || standing.length > 0)) {
    throw alreadyThere(gsText(folder));
  }
  const id = key ?? newId();
  const mark = call ?? id;
  const orphans = findOrphans(folder, objects, { ...before, mark, now: Date.now() });
  const temporary = newTempPath("upload");
  try {
    await Deno.mkdir(join(temporary, "new"), { recursive: true });
    const { format = "parquet", by } = options;
    if (ifExists === "append" && format === "parquet") {
      const [old] = standing;
      if (old !== undefined) await checkColumns(client, folder, old, { table, by, temporary });
    }
    const local = join(temporary, "new");
    const copied = { ...options, by, id };
    const { rows, files } = await uploaded(client, folder, table, { local, copied, mark });
    const prepared = { before, orphans, files, rows, key, mark, ifExists };
    return await putInForce(client, folder, prepared);
  } catch (failure) {
    throw explained(failure, doing);
  } finally {
    await Deno.remove(temporary, { recursive: true });
  }
}

/** Uploads the files of the dataset as they are written below `local`; where one fails, those that arrived
 *  are deleted again. */
async function uploaded(
  client: StorageClient,
  folder: GsPath,
  table: Rows,
  { local, copied, mark }: {
    readonly local: string;
    readonly copied: CopyPartitions;
    readonly mark: string;
  },
) {
  const files: ManifestFile[] = [];
  async function take(file: string): Promise<void> {
    const path = join(local, file);
    const metadata = { [PART_MARK]: mark };
    const object = await uploadFile(client, pathBelow(folder, file), path, { metadata });
    files.push(manifestFile(folder, object));
    await Deno.remove(path);
  }
  try {
    const { rows } = await copyPartitions(table, local, { ...copied, take });
    return { rows, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
  } catch (failure) {
    await removeFiles(client, folder, files.map(({ path }) => path)).catch(() => {});
    throw failure;
  }
}

interface Prepared {
  readonly before: Standing;
  readonly orphans: Orphans;
  readonly files: readonly ManifestFile[];
  readonly rows: number;
  readonly key: string | undefined;
  readonly mark: string;
  readonly ifExists: "fail" | "replace" | "append";
}

async function putInForce(
  client: StorageClient,
  folder: GsPath,
  { before, orphans, files, rows, key, mark, ifExists }: Prepared,
): Promise<PartitionsWritten> {
  const doing = `Cannot write ${gsText(folder)}`;
  const mine = {
    rows,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    paths: files.map(({ path }) => path),
  };
  let standing = before;
  for (let merge = 0; merge < MERGES; merge++) {
    const replacing = ifExists === "append"
      ? appendedManifest(await adopted(client, folder, standing), files, key, mine)
      : replacingManifest(standing.manifest, files);
    const manifest = callingDead(replacing, orphans.marks);
    if (await writeManifest(client, folder, manifest, standing.generation)) {
      await removeFiles(client, folder, superfluous(standing.manifest, manifest, orphans.paths));
      return resultOf(folder, mine);
    }
    if (ifExists !== "append") break;
    standing = await readManifest(client, folder, doing);
    const known = key === undefined ? undefined : standing.manifest?.appends[key];
    if (known) return resultOf(folder, known);
    if (standing.manifest?.dead?.includes(mark)) break;
  }
  await removeFiles(client, folder, mine.paths);
  if (ifExists === "fail") throw alreadyThere(gsText(folder));
  throw new Error(
    `${doing}: it was written by somebody else meanwhile, and theirs stays; run it again`,
  );
}

/** A dataset that another program made has no manifest: an append takes its files into ours. */
async function adopted(
  client: StorageClient,
  folder: GsPath,
  { manifest }: Standing,
): Promise<Manifest> {
  if (manifest) return manifest;
  const objects = (await objectsBelow(client, folder)).filter((object) => isData(folder, object));
  const files = objects.map((object) => manifestFile(folder, object));
  return { version: 1, files, appends: {}, replaced: [] };
}

function appendedManifest(
  manifest: Manifest,
  files: readonly ManifestFile[],
  key: string | undefined,
  mine: Manifest["appends"][string],
): Manifest {
  const paths = new Set(files.map(({ path }) => path));
  return {
    ...manifest,
    files: [...manifest.files.filter(({ path }) => !paths.has(path)), ...files],
    appends: key === undefined ? manifest.appends : { ...manifest.appends, [key]: mine },
  };
}

function replacingManifest(old: Manifest | undefined, files: readonly ManifestFile[]): Manifest {
  const replaced = old?.files.map(({ path }) => path) ?? [];
  return { version: 1, files, appends: {}, replaced, ...old?.dead ? { dead: old.dead } : {} };
}

/** What dead writers left, and what the manifest before listed, as far as the new one does not. */
function superfluous(
  old: Manifest | undefined,
  manifest: Manifest,
  orphans: readonly string[],
): string[] {
  const current = new Set(manifest.files.map(({ path }) => path));
  const replaced = [...old?.replaced ?? [], ...old?.files.map(({ path }) => path) ?? []];
  return [...new Set([...replaced, ...orphans])].filter((path) => !current.has(path));
}

async function removeFiles(
  client: StorageClient,
  folder: GsPath,
  paths: readonly string[],
): Promise<void> {
  const limit = pLimit(AT_ONCE);
  await Promise.all(
    paths.map((path) => limit(() => deleteObject(client, pathBelow(folder, path)))),
  );
}

function resultOf(
  folder: GsPath,
  { rows, bytes, paths }: Manifest["appends"][string],
): PartitionsWritten {
  const all = paths.map((path) => gsText(pathBelow(folder, path)));
  return { rows, bytes, path: gsText(folder), paths: all };
}
