/** Brings the objects of a `gs://` path here, side by side, each checked by its CRC32C. @module */
import { dirname, join } from "../../context/paths.ts";
import pLimit from "p-limit";
import { newTempPath } from "../../table/temp_folder.ts";
import type { Found } from "../files/locate.ts";
import { explained } from "../files/system_error.ts";
import { download } from "../http/download.ts";
import { crc32cOfFile } from "./crc32c.ts";
import { findObjects } from "./find_objects.ts";
import { gsPath, gsText } from "./gs_path.ts";
import { type GsObject, objectUrl, statObject } from "./objects.ts";
import { type RetryOptions, type StorageClient, storageClient } from "./storage_client.ts";
import { StorageError } from "./storage_error.ts";

const AT_ONCE = 8;
/** How often a path is looked up anew where its objects go away meanwhile. */
const LOOKS = 3;
/** How often an object whose bytes do not match its sum is fetched. */
const FETCHES = 3;

/** The local copies of what `source` means, in a folder that the caller removes.
 *
 * @throws {StorageError} where nothing is there or it may not be read */
export async function fetchObjects(
  source: string | URL,
  extensions: readonly string[],
  { profile, retry }: {
    readonly profile?: string | undefined;
    readonly retry?: RetryOptions | undefined;
  } = {},
): Promise<{ readonly found: readonly Found[]; readonly temporary: string }> {
  const path = gsPath(source);
  const client = await storageClient(profile, retry);
  for (let look = 1;; look++) {
    const objects = await findObjects(client, path, extensions);
    const temporary = newTempPath("download");
    try {
      const limit = pLimit(AT_ONCE);
      const fetching = objects.map((object) => limit(() => fetched(client, object, temporary)));
      return { found: await Promise.all(fetching), temporary };
    } catch (failure) {
      await Deno.remove(temporary, { recursive: true }).catch(() => {});
      // a writer replaced the dataset between the look and the fetch
      const isGone = failure instanceof StorageError && failure.status === 404;
      if (isGone && look < LOOKS) continue;
      throw explained(failure, `Cannot read ${gsText(path)}`);
    }
  }
}

async function fetched(
  client: StorageClient,
  object: GsObject,
  temporary: string,
): Promise<Found> {
  const path = join(temporary, ...object.name.split("/").map(safePart));
  await Deno.mkdir(dirname(path), { recursive: true });
  await fetchObject(client, object, path);
  const name = gsText(object);
  return { path, name, partitioned: object.name };
}

/** Writes an object's bytes into the file `path`.
 *
 * @throws {StorageError} with status 404 where it has gone */
export async function fetchObject(
  client: StorageClient,
  object: GsObject,
  path: string,
): Promise<void> {
  const doing = `Cannot read ${gsText(object)}`;
  const url = new URL(`${client.endpoint}${objectUrl(object)}`);
  url.searchParams.set("alt", "media");
  url.searchParams.set("generation", object.generation);
  const { attempts, retryDelayMs, timeoutMs } = client.retry;
  for (let fetch = 1;; fetch++) {
    try {
      await download(url, path, {
        headers: await client.headers(),
        attempts,
        retryDelayMs,
        stallTimeoutMs: timeoutMs,
      });
    } catch (failure) {
      if (!(failure instanceof Error) || !failure.message.startsWith("Cannot read ")) throw failure;
      const isGone = / 404 /.test(failure.message) &&
        (await statObject(client, object, doing))?.generation !== object.generation;
      const said = failure.message.replace(/^Cannot read \S+: /, "");
      const why = isGone ? "it was replaced or deleted meanwhile" : said;
      throw new StorageError(`${doing}: ${why}`, isGone ? 404 : 0, said, { cause: failure });
    }
    // what the server unpacks on its way has another sum
    if (object.crc32c === undefined || object.encoding !== undefined) return;
    if (await crc32cOfFile(path) === object.crc32c) return;
    if (fetch < FETCHES) continue;
    throw new StorageError(
      `${doing}: its bytes do not match its CRC32C, ${FETCHES} times in turn; look at the network`,
      0,
      "damaged",
    );
  }
}

/** Names of objects are free; those of files must stay in their folder. */
function safePart(part: string): string {
  if (part === "" || part === "." || part === "..") return `%2E${part.length}`;
  return part;
}
