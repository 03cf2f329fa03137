/** The requests about objects and buckets: what is there, deleting, making a bucket. @module */
import type { StorageClient } from "./storage_client.ts";
import { StorageError, who } from "./storage_error.ts";
import { type GsPath, gsText } from "./gs_path.ts";

/** An object as Cloud Storage describes it. */
export interface GsObject extends GsPath {
  readonly size: number;
  /** In base 64, as `Crc32c` gives it. */
  readonly crc32c: string | undefined;
  /** Changes with every write. */
  readonly generation: string;
  readonly updated: Date;
  /** `gzip` where the server unpacks it while it is read. */
  readonly encoding: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The path of an object in the API. */
export function objectUrl({ bucket, name }: GsPath): string {
  return `/storage/v1/b/${encodeURIComponent(bucket)}/o/${encodeURIComponent(name)}`;
}

/** The object, or undefined where there is none.
 *
 * @throws {StorageError} where the bucket is missing too */
export async function statObject(
  client: StorageClient,
  path: GsPath,
  doing: string,
): Promise<GsObject | undefined> {
  const response = await client.request(objectUrl(path), { doing, accept: [404] });
  if (response.status !== 404) return objectOf(path.bucket, await response.json());
  await response.body?.cancel();
  await requireBucket(client, path.bucket, doing);
  return undefined;
}

/** The objects whose names begin with `prefix`, sorted by name; marks of folders aside. */
export async function listObjects(
  client: StorageClient,
  { bucket, name: prefix }: GsPath,
  doing: string,
): Promise<GsObject[]> {
  const found: GsObject[] = [];
  let pageToken: string | undefined;
  do {
    const response = await client.request(`/storage/v1/b/${encodeURIComponent(bucket)}/o`, {
      doing,
      accept: [404],
      query: { prefix, pageToken, maxResults: "1000" },
    });
    if (response.status === 404) {
      await response.body?.cancel();
      throw missingBucket(bucket, doing, client);
    }
    const page = await response.json();
    found.push(...(page.items ?? []).map((item: ApiObject) => objectOf(bucket, item)));
    pageToken = page.nextPageToken || undefined;
  } while (pageToken !== undefined);
  return found.filter(({ name }) => !name.endsWith("/"))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** Deletes an object; one that is gone already is no failure. */
export async function deleteObject(
  client: StorageClient,
  path: GsPath,
  generation?: string,
): Promise<void> {
  const response = await client.request(objectUrl(path), {
    method: "DELETE",
    doing: `Cannot delete ${gsText(path)}`,
    accept: [404, 412],
    query: { ifGenerationMatch: generation },
  });
  await response.body?.cancel();
}

/** Makes sure that the bucket is there, once for each client.
 *
 * @throws {StorageError} where it is not and may not be made */
export async function requireBucket(
  client: StorageClient,
  bucket: string,
  doing: string,
  { create = false }: { readonly create?: boolean } = {},
): Promise<void> {
  if (client.buckets.has(bucket)) return;
  // an account that may write objects need not be allowed to look at the bucket
  const response = await client.request(`/storage/v1/b/${encodeURIComponent(bucket)}`, {
    doing,
    accept: [403, 404],
    query: { fields: "name" },
  });
  await response.body?.cancel();
  if (response.status === 404) {
    if (!create) throw missingBucket(bucket, doing, client);
    await createBucket(client, bucket, doing);
  }
  client.buckets.add(bucket);
}

async function createBucket(client: StorageClient, bucket: string, doing: string): Promise<void> {
  const { projectId, location, storageEndpoint, profile, at } = client.profile;
  if (projectId === undefined && storageEndpoint === undefined) {
    throw new Error(
      `${doing}: the bucket ${bucket} can be made only in a project, and profile ${profile} names none; set GOOGLE_PROJECT_ID in ${
        at("GOOGLE_PROJECT_ID")
      }`,
    );
  }
  const response = await client.request("/storage/v1/b", {
    method: "POST",
    doing: `${doing}: cannot make the bucket ${bucket} in ${location} as ${who(client.profile)}`,
    // another writer may have made it meanwhile
    accept: [409],
    query: { project: projectId ?? "emulator" },
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      name: bucket,
      location,
      iamConfiguration: { uniformBucketLevelAccess: { enabled: true } },
    }),
  });
  await response.body?.cancel();
}

function missingBucket(bucket: string, doing: string, { profile }: StorageClient): StorageError {
  return new StorageError(
    `${doing}: there is no bucket \`${bucket}\` that ${who(profile)} can see; ` +
      "correct its name, or let a write make it with createBucket: true",
    404,
    "no bucket",
  );
}

/** An object in the API's own words. */
export interface ApiObject {
  readonly name: string;
  readonly size?: string;
  readonly crc32c?: string;
  readonly generation?: string;
  readonly updated?: string;
  readonly contentEncoding?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

export function objectOf(bucket: string, given: ApiObject): GsObject {
  return {
    bucket,
    name: given.name,
    size: Number(given.size ?? 0),
    crc32c: given.crc32c || undefined,
    generation: String(given.generation ?? "0"),
    updated: new Date(given.updated ?? 0),
    encoding: given.contentEncoding || undefined,
    metadata: given.metadata ?? {},
  };
}
