/** The bucket that a load goes through: an object that is there for the time of one job. @module */
import { ApiError } from "./api_error.ts";
import { requestJson } from "./request.ts";
import type { Service } from "./service.ts";
import { uploadFile } from "./upload.ts";

/** Where staged objects lie in the bucket. */
const FOLDER = "sluice_staging";

/** An object that goes when it is disposed of. */
export interface StagedObject extends AsyncDisposable {
  readonly uri: string;
}

/** Uploads the file of a load. */
export async function stagedObject(
  service: Service,
  bucket: string,
  { jobId, file, signal }: {
    readonly jobId: string;
    readonly file: string;
    readonly signal: AbortSignal | undefined;
  },
): Promise<StagedObject> {
  const { storageEndpoint } = service.profile;
  const name = `${FOLDER}/${jobId}.parquet`;
  const objects = `storage/v1/b/${encodeURIComponent(bucket)}/o`;
  const url = new URL(`${storageEndpoint}/upload/${objects}`);
  url.searchParams.set("uploadType", "resumable");
  url.searchParams.set("name", name);
  try {
    await uploadFile(service, { url: url.href, description: { name }, file, signal });
  } catch (failure) {
    throw explained(bucket, failure);
  }
  return {
    uri: `gs://${bucket}/${name}`,
    // What cannot be deleted now costs little; the write itself has come to its end.
    [Symbol.asyncDispose]: () =>
      requestJson(service, `${storageEndpoint}/${objects}/${encodeURIComponent(name)}`, {
        method: "DELETE",
      }).then(() => {}, () => {}),
  };
}

/** Where the bucket lies; undefined where the account may not ask. */
export async function bucketLocation(
  service: Service,
  bucket: string,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const url = `${service.profile.storageEndpoint}/storage/v1/b/${encodeURIComponent(bucket)}`;
  try {
    return (await requestJson<{ location?: string }>(service, url, { signal })).location;
  } catch (failure) {
    if (failure instanceof ApiError && failure.status === 403) return undefined;
    throw explained(bucket, failure);
  }
}

function explained(bucket: string, failure: unknown): unknown {
  if (!(failure instanceof ApiError) || failure.status !== 404) return failure;
  return new ApiError(
    `there is no bucket ${bucket}; make it, or look at GOOGLE_BUCKET`,
    404,
    "notFound",
    {
      cause: failure,
    },
  );
}
