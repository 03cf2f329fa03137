/** Finds the objects that a `gs://` path means: one object, a pattern's, or a folder's. Where a dataset has
 *  a manifest, only what it lists is found. @module */
import { suggestion } from "../../table/nearest.ts";
import { isGlob, matchesGlob } from "../files/glob.ts";
import { type GsPath, gsText } from "./gs_path.ts";
import { MANIFEST, pathBelow, readManifest } from "./manifest.ts";
import { type GsObject, listObjects, statObject } from "./objects.ts";
import type { StorageClient } from "./storage_client.ts";
import { countsAlone } from "./orphans.ts";
import { StorageError } from "./storage_error.ts";

/** The objects of `path`, at least one; of a folder, those that end in one of `extensions`.
 *
 * @throws {StorageError} where nothing is there, with the nearest name */
export async function findObjects(
  client: StorageClient,
  path: GsPath,
  extensions: readonly string[],
): Promise<GsObject[]> {
  const doing = `Cannot read ${gsText(path)}`;
  if (path.name !== "" && !path.name.endsWith("/")) {
    const object = await statObject(client, path, doing);
    if (object !== undefined) return [object];
    if (isGlob(path.name)) return await matching(client, path, doing);
  }
  const folder = { bucket: path.bucket, name: path.name.replace(/\/+$/, "") };
  const prefix = folder.name === "" ? "" : `${folder.name}/`;
  const listed = await listObjects(client, { ...folder, name: prefix }, doing);
  if (listed.length === 0) throw await missing(client, path, doing);
  const within = (await inForce(client, listed, folder.name, doing)).filter((object) =>
    isVisible(object.name.slice(prefix.length)) &&
    extensions.some((ending) => object.name.toLowerCase().endsWith(ending))
  );
  if (within.length > 0) return within;
  if (!listed.every(countsAlone)) {
    throw new StorageError(
      `${doing}: it holds parts of a dataset that was never completed; write it again`,
      404,
      "incomplete",
    );
  }
  throw new StorageError(
    `${doing}: it is a folder without an object that ends in ${extensions.join(" or ")}`,
    404,
    "nothing",
  );
}

/** The objects that a pattern matches, possibly none, whatever manifests say. */
export async function matchObjects(
  client: StorageClient,
  path: GsPath,
  doing: string,
): Promise<GsObject[]> {
  const listed = await listObjects(client, beforeMarks(path), doing);
  return listed.filter(({ name }) => matchesGlob(path.name, name));
}

/** What the names that a pattern matches begin with. */
function beforeMarks({ bucket, name }: GsPath): GsPath {
  return { bucket, name: name.slice(0, name.search(/[*?{[]/)) };
}

async function matching(client: StorageClient, path: GsPath, doing: string): Promise<GsObject[]> {
  const parts = path.name.split("/");
  const root = parts.slice(0, parts.findIndex(isGlob)).join("/");
  const listed = await listObjects(client, beforeMarks(path), doing);
  const found = (await inForce(client, listed, root, doing))
    .filter(({ name }) => matchesGlob(path.name, name));
  if (found.length > 0) return found;
  throw new StorageError(`${doing}: no object matches`, 404, "nothing");
}

/** Leaves out what a manifest beside or above does not list, and parts that have no manifest. */
async function inForce(
  client: StorageClient,
  objects: readonly GsObject[],
  root: string,
  doing: string,
): Promise<GsObject[]> {
  const [first] = objects;
  if (first === undefined) return [];
  const folders = new Set(
    objects.filter(({ name }) => isManifest(name)).map(({ name }) => folderOf(name)),
  );
  for (const folder of foldersTo(root)) folders.add(folder);
  const standing = await Promise.all([...folders].map(async (name) => {
    const folder = { bucket: first.bucket, name };
    const { manifest } = await readManifest(client, folder, doing);
    if (manifest === undefined) return undefined;
    const names = manifest.files.map(({ path }) => pathBelow(folder, path).name);
    return { prefix: name === "" ? "" : `${name}/`, names: new Set(names) };
  }));
  const manifests = standing.filter((each) => each !== undefined);
  return objects.filter((object) => {
    const { name } = object;
    const theirs = manifests.filter(({ prefix }) => name.startsWith(prefix));
    return !isManifest(name) && theirs.every(({ names }) => names.has(name)) &&
      (theirs.length > 0 || countsAlone(object));
  });
}

function isManifest(name: string): boolean {
  return name === MANIFEST || name.endsWith(`/${MANIFEST}`);
}

function folderOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf("/")));
}

/** `a/b` gives `a` and `a/b`: the folders in which a manifest may speak for it. */
function foldersTo(folder: string): string[] {
  if (folder === "") return [];
  const parts = folder.split("/");
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

/** Marks such as `_SUCCESS` and hidden files are no part of a folder's contents. */
function isVisible(path: string): boolean {
  return !/^[._][^=]*$/.test(path.slice(path.lastIndexOf("/") + 1));
}

async function missing(client: StorageClient, path: GsPath, doing: string): Promise<StorageError> {
  const folder = folderOf(path.name.replace(/\/+$/, ""));
  const prefix = folder === "" ? "" : `${folder}/`;
  const siblings = await listObjects(client, { bucket: path.bucket, name: prefix }, doing);
  const names = siblings.map(({ name }) => name);
  const near = suggestion(path.name, names);
  return new StorageError(
    `${doing}: there is no such object in the bucket ${path.bucket}${near}`,
    404,
    "nothing",
  );
}
