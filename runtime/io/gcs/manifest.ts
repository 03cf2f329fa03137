/** The manifest of a dataset in a bucket: the list of files that it consists of, written last. Readers
 *  see the files that it lists and no others; a write that was cut short left the one before in force. @module */
import { type GsPath, gsText } from "./gs_path.ts";
import { type GsObject, objectUrl, statObject } from "./objects.ts";
import type { StorageClient } from "./storage_client.ts";
import { StorageError } from "./storage_error.ts";
import { upload } from "./upload.ts";

/** Its name, beside the folders of the partitions. */
export const MANIFEST = "_sluice_manifest.json";

/** One file of a dataset. */
export interface ManifestFile {
  /** Below the dataset's folder: `city=Oslo/part-….parquet`. */
  readonly path: string;
  readonly bytes: number;
  readonly crc32c: string | undefined;
}

/** What an append of a run added. */
export interface ManifestAppend {
  readonly rows: number;
  readonly bytes: number;
  readonly paths: readonly string[];
}

export interface Manifest {
  readonly version: 1;
  readonly files: readonly ManifestFile[];
  /** By key, so that a repeated attempt adds nothing. */
  readonly appends: Readonly<Record<string, ManifestAppend>>;
  /** Files that this write made superfluous, should it not have come to delete them. */
  readonly replaced: readonly string[];
  /** Writers whose parts were removed: see `orphans.ts`. */
  readonly dead?: readonly string[];
}

/** A manifest and the generation that it has; `"0"` where there is none. */
export interface Standing {
  readonly manifest: Manifest | undefined;
  readonly generation: string;
}

const ATTEMPTS = 3;

/** The path of a dataset's manifest. */
function manifestPath({ bucket, name }: GsPath): GsPath {
  return { bucket, name: name === "" ? MANIFEST : `${name}/${MANIFEST}` };
}

/** Reads the manifest of the dataset in `folder`.
 *
 * @throws {Error} where it is no manifest of ours */
export async function readManifest(
  client: StorageClient,
  folder: GsPath,
  doing: string,
): Promise<Standing> {
  const path = manifestPath(folder);
  for (let attempt = 1;; attempt++) {
    const object = await statObject(client, path, doing);
    if (object === undefined) return { manifest: undefined, generation: "0" };
    const response = await client.request(objectUrl(path), {
      doing,
      query: { alt: "media", generation: object.generation },
      accept: attempt < ATTEMPTS ? [404] : [],
    });
    const text = await response.text();
    // another writer put its own in the place between the two requests
    if (response.status === 404) continue;
    return { manifest: parsed(text, gsText(path), doing), generation: object.generation };
  }
}

/** Puts a manifest in force.
 *
 * @returns false where another writer came first */
export async function writeManifest(
  client: StorageClient,
  folder: GsPath,
  manifest: Manifest,
  generation: string,
): Promise<boolean> {
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  try {
    await upload(client, manifestPath(folder), one(bytes), {
      ifGeneration: generation,
      size: bytes.length,
    });
    return true;
  } catch (failure) {
    if (failure instanceof StorageError && failure.status === 412) return false;
    throw failure;
  }
}

/** The entry of an uploaded file. */
export function manifestFile(folder: GsPath, object: GsObject): ManifestFile {
  return { path: pathWithin(folder, object), bytes: object.size, crc32c: object.crc32c };
}

/** The part of an object's name below `folder`. */
export function pathWithin(folder: GsPath, object: GsPath): string {
  return folder.name === "" ? object.name : object.name.slice(folder.name.length + 1);
}

/** The object of a path below `folder`. */
export function pathBelow({ bucket, name }: GsPath, path: string): GsPath {
  return { bucket, name: name === "" ? path : `${name}/${path}` };
}

function parsed(text: string, name: string, doing: string): Manifest {
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (manifest.version === 1 && Array.isArray(manifest.files)) return manifest;
  } catch {
    // said below
  }
  throw new Error(
    `${doing}: ${name} is no manifest of Sluice's; remove it, or choose another folder`,
  );
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
