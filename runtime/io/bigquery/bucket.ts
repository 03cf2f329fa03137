/** The bucket that a load goes through: an object that is there for the time of one job. @module */
import { objectUrl, requireBucket } from "../gcs/objects.ts";
import type { StorageClient } from "../gcs/storage_client.ts";
import { StorageError } from "../gcs/storage_error.ts";
import { uploadFile } from "../gcs/upload.ts";
import { requestJson } from "./request.ts";
import type { Service } from "./service.ts";

/** Where staged objects lie in the bucket. */
const FOLDER = "sluice_staging";

/** An object that goes when it is disposed of. */
export interface StagedObject extends AsyncDisposable {
  readonly uri: string;
}

/** Uploads the file of a load into the profile's bucket.
 *
 * @throws {StorageError} where it may not. */
export async function stagedObject(
  service: Service,
  bucket: string,
  { jobId, file, target }: {
    readonly jobId: string;
    readonly file: string;
    readonly target: string;
  },
): Promise<StagedObject> {
  const client = await clientOf(service);
  const path = { bucket, name: `${FOLDER}/${jobId}.parquet` };
  // in a cancelled run too; what cannot be deleted costs little, and the write itself has come to its end
  const remove = () =>
    requestJson(service, `${client.endpoint}${objectUrl(path)}`, { method: "DELETE" })
      .then(() => {}, () => {});
  try {
    await uploadFile(client, path, file);
  } catch (failure) {
    await remove();
    throw through(bucket, target, failure);
  }
  return { uri: `gs://${path.bucket}/${path.name}`, [Symbol.asyncDispose]: remove };
}

/** Where the bucket lies; undefined where the account may not ask.
 *
 * @throws {StorageError} where there is no such bucket and `create` is false. */
export async function bucketLocation(
  service: Service,
  bucket: string,
  { target, create }: { readonly target: string; readonly create: boolean },
): Promise<string | undefined> {
  const client = await clientOf(service);
  const doing = `Cannot write to ${target} through gs://${bucket}`;
  const ask = () =>
    client.request(`/storage/v1/b/${encodeURIComponent(bucket)}`, {
      doing,
      accept: [403, 404],
      query: { fields: "location" },
    });
  let answer = await ask();
  if (answer.status === 404) {
    await answer.body?.cancel();
    await requireBucket(client, bucket, doing, { create });
    answer = await ask();
  }
  const found = await answer.json() as { readonly location?: string };
  return answer.ok ? found.location : undefined;
}

async function clientOf({ profile, retry }: Service): Promise<StorageClient> {
  const { storageClient } = await import("../gcs/storage_client.ts");
  return await storageClient(profile.profile, retry);
}

function through(bucket: string, target: string, cause: unknown): unknown {
  if (!(cause instanceof StorageError)) return cause;
  const why = cause.message.replace(/^Cannot write \S+: /, "");
  const message = `Cannot write to ${target} through gs://${bucket}: ${why}`;
  return new StorageError(message, cause.status, cause.said, { cause });
}
