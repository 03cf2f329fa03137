/** What stands in a dataset's folder before it is written. @module */
import { dirname, join } from "../../context/paths.ts";
import type { Rows } from "../files/copy_to.ts";
import { literalPath } from "../files/csv_query.ts";
import { checkAppendable } from "../files/parquet_columns.ts";
import { quotedText } from "../files/sql_text.ts";
import { fetchObject } from "./fetch_objects.ts";
import { type GsPath, gsText } from "./gs_path.ts";
import { pathBelow, pathWithin, type Standing } from "./manifest.ts";
import { type GsObject, listObjects, statObject } from "./objects.ts";
import { countsAlone } from "./orphans.ts";
import type { StorageClient } from "./storage_client.ts";

/** The paths of the dataset's files: those of its manifest, or of another program's where there is none. */
export function standingFiles(
  folder: GsPath,
  { manifest }: Standing,
  objects: readonly GsObject[],
): string[] {
  if (manifest) return manifest.files.map(({ path }) => path);
  const theirs = objects.filter((object) => isData(folder, object));
  return theirs.map((object) => pathWithin(folder, object));
}

/** Every object in the folder, marks and manifests too. */
export function objectsBelow(client: StorageClient, folder: GsPath): Promise<GsObject[]> {
  const prefix = { ...folder, name: folder.name === "" ? "" : `${folder.name}/` };
  return listObjects(client, prefix, `Cannot write ${gsText(folder)}`);
}

/** Whether an object is a file of a dataset that another program made. */
export function isData(folder: GsPath, object: GsObject): boolean {
  return /\.(parquet|csv)$/i.test(object.name) && countsAlone(object) &&
    !/(^|\/)[._][^=/]*$/.test(pathWithin(folder, object));
}

/** Compares the table's columns with those of the file at `path`.
 *
 * @throws {Error} naming the first column that differs */
export async function checkColumns(
  client: StorageClient,
  folder: GsPath,
  path: string,
  { table, by, temporary }: {
    readonly table: Rows;
    readonly by: readonly string[];
    readonly temporary: string;
  },
): Promise<void> {
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
