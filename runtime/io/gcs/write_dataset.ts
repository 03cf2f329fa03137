/** Writes tables as datasets in buckets: the files go up side by side under names that no other write has,
 *  then the manifest that lists them is put in force, all at once. What it replaces is deleted last, and of
 *  that only what the manifest before listed. @module */
import { dirname, join } from "node:path";
import pLimit from "p-limit";
import { newTempPath } from "../../table/temp_folder.ts";
import type { Rows } from "../files/copy_to.ts";
import { literalPath } from "../files/csv_query.ts";
import { checkAppendable } from "../files/parquet_columns.ts";
import { quotedText } from "../files/sql_text.ts";
import { explained } from "../files/system_error.ts";
import { alreadyThere } from "../files/write_file.ts";
import { type CopyPartitions, copyPartitions } from "../files/copy_partitions.ts";
import {
  newId,
  type PartitionOptions,
  type PartitionsWritten,
} from "../files/write_partitioned.ts";
import { fetchObject } from "./fetch_objects.ts";
import { type GsPath, gsText } from "./gs_path.ts";
import {
  type Manifest,
  type ManifestFile,
  manifestFile,
  pathBelow,
  pathWithin,
  readManifest,
  type Standing,
  writeManifest,
} from "./manifest.ts";
import { deleteObject, listObjects, requireBucket, statObject } from "./objects.ts";
import { type StorageClient, storageClient } from "./storage_client.ts";
import { uploadFile } from "./upload.ts";

const AT_ONCE = 8;
/** How often an append takes up the manifest of another writer. */
const MERGES = 20;

type DatasetOptions = PartitionOptions & { readonly by: readonly string[] };

/** Writes a dataset into the folder `folder` of a bucket.
 *
 * @param key names an append of a run; one that the manifest lists adds nothing
 * @throws {Error} where a dataset stands there and may not, or somebody else replaced it meanwhile */
export async function writeDataset(
  table: Rows,
  folder: GsPath,
  options: DatasetOptions,
  key: string | undefined,
): Promise<PartitionsWritten> {
  const { ifExists = "fail", profile, createBucket = false, retry } = options;
  const doing = `Cannot write ${gsText(folder)}`;
  const client = await storageClient(profile, retry);
  await requireBucket(client, folder.bucket, doing, { create: createBucket });
  const before = await readManifest(client, folder, doing);
  const known = key === undefined ? undefined : before.manifest?.appends[key];
  if (known) return resultOf(folder, known);
  if (ifExists === "fail" && await isTaken(client, folder, before)) {
    throw alreadyThere(gsText(folder));
  }
  const temporary = newTempPath("upload");
  try {
    await Deno.mkdir(join(temporary, "new"), { recursive: true });
    const { format = "parquet", by } = options;
    if (ifExists === "append" && format === "parquet") {
      await checkColumns(client, folder, before, table, by, temporary);
    }
    const local = join(temporary, "new");
    const { rows, files } = await uploaded(client, folder, table, local, {
      ...options,
      by,
      id: key ?? newId(),
    });
    return await putInForce(client, folder, { before, files, rows, key, ifExists });
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
  local: string,
  options: CopyPartitions,
) {
  const files: ManifestFile[] = [];
  async function take(file: string): Promise<void> {
    const path = join(local, file);
    const object = await uploadFile(client, pathBelow(folder, file), path);
    files.push(manifestFile(folder, object));
    await Deno.remove(path);
  }
  try {
    const { rows } = await copyPartitions(table, local, { ...options, take });
    return { rows, files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
  } catch (failure) {
    await removeFiles(client, folder, files.map(({ path }) => path)).catch(() => {});
    throw failure;
  }
}

interface Prepared {
  readonly before: Standing;
  readonly files: readonly ManifestFile[];
  readonly rows: number;
  readonly key: string | undefined;
  readonly ifExists: "fail" | "replace" | "append";
}

async function putInForce(
  client: StorageClient,
  folder: GsPath,
  { before, files, rows, key, ifExists }: Prepared,
): Promise<PartitionsWritten> {
  const doing = `Cannot write ${gsText(folder)}`;
  const mine = {
    rows,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    paths: files.map(({ path }) => path),
  };
  let standing = before;
  for (let merge = 0; merge < MERGES; merge++) {
    const manifest = ifExists === "append"
      ? appendedManifest(await adopted(client, folder, standing, mine.paths), files, key, mine)
      : replacingManifest(standing.manifest, files);
    if (await writeManifest(client, folder, manifest, standing.generation)) {
      await removeFiles(client, folder, superfluous(standing.manifest, manifest));
      return resultOf(folder, mine);
    }
    if (ifExists !== "append") break;
    standing = await readManifest(client, folder, doing);
    const known = key === undefined ? undefined : standing.manifest?.appends[key];
    if (known) return resultOf(folder, known);
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
  mine: readonly string[],
): Promise<Manifest> {
  if (manifest) return manifest;
  const objects = await dataObjects(client, folder);
  const files = objects.map((object) => manifestFile(folder, object))
    .filter(({ path }) => !mine.includes(path));
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
  return { version: 1, files, appends: {}, replaced: old?.files.map(({ path }) => path) ?? [] };
}

/** What the manifest before listed and the new one does not. */
function superfluous(old: Manifest | undefined, manifest: Manifest): string[] {
  const current = new Set(manifest.files.map(({ path }) => path));
  const listed = [...old?.replaced ?? [], ...old?.files.map(({ path }) => path) ?? []];
  return listed.filter((path) => !current.has(path));
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

async function isTaken(
  client: StorageClient,
  folder: GsPath,
  { manifest }: Standing,
): Promise<boolean> {
  return manifest !== undefined || (await dataObjects(client, folder)).length > 0;
}

async function dataObjects(client: StorageClient, folder: GsPath) {
  const prefix = { ...folder, name: folder.name === "" ? "" : `${folder.name}/` };
  const objects = await listObjects(client, prefix, `Cannot write ${gsText(folder)}`);
  return objects.filter((object) =>
    /\.(parquet|csv)$/i.test(object.name) && !/(^|\/)[._][^=/]*$/.test(pathWithin(folder, object))
  );
}

/** Compares the table's columns with those of a file that stands there. */
async function checkColumns(
  client: StorageClient,
  folder: GsPath,
  { manifest }: Standing,
  table: Rows,
  by: readonly string[],
  temporary: string,
): Promise<void> {
  const path = manifest
    ? manifest.files[0]?.path
    : (await dataObjects(client, folder)).map((each) => pathWithin(folder, each))[0];
  if (path === undefined) return;
  const doing = `Cannot append to ${gsText(folder)}`;
  const object = await statObject(client, pathBelow(folder, path), doing);
  if (object === undefined) {
    throw new Error(`${doing}: its manifest lists ${path}, which is not there; replace it`);
  }
  const local = join(temporary, "old", "part.parquet");
  await Deno.mkdir(dirname(local));
  await fetchObject(client, object, local);
  const old = `read_parquet(${quotedText(literalPath(local))}, hive_partitioning=false)`;
  await checkAppendable(old, table, gsText(folder), by);
}

function resultOf(
  folder: GsPath,
  { rows, bytes, paths }: Manifest["appends"][string],
): PartitionsWritten {
  const all = paths.map((path) => gsText(pathBelow(folder, path)));
  return { rows, bytes, path: gsText(folder), paths: all };
}
