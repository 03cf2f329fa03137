/** Load jobs: a Parquet file goes up with the job, or through the profile's bucket. @module */
import { ApiError } from "./api_error.ts";
import { bucketLocation, stagedObject } from "./bucket.ts";
import {
  beginJob,
  cancelling,
  findJob,
  type Job,
  jobEnd,
  jobFailure,
  type JobName,
  type TableReference,
} from "./job.ts";
import { runLabels } from "./labels.ts";
import { tryAgain } from "./request.ts";
import type { Service } from "./service.ts";
import { uploadFile } from "./upload.ts";

/** What is loaded, and how. */
export interface Load {
  /** The job's name at a try; a job that failed has used its own up. */
  name(attempt: number): JobName;
  readonly file: string;
  /** The destination, as messages name it. */
  readonly target: string;
  readonly destination: TableReference;
  readonly signal: AbortSignal | undefined;
  /** Of BigQuery's load configuration: schema, dispositions, partitioning. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Loads the file and gives the job at its successful end. A job that failed in passing has loaded nothing,
 *  and is made again; one of which nothing is known may have loaded, and is not.
 *
 * @throws {ApiError} when BigQuery refuses it. */
export async function loadFile(service: Service, load: Load): Promise<Job> {
  const { signal } = load;
  const outcome = await tryAgain(service, async (attempt) => {
    const name = load.name(attempt);
    const known = await cancelling(service, name, signal, () => loaded(service, name, load))
      .then((job) => ({ job }), (failure: unknown) => ({ failure }));
    const failure = "job" in known ? jobFailure(known.job) : undefined;
    if (failure) throw failure;
    return known;
  }, signal);
  if ("failure" in outcome) throw outcome.failure;
  return outcome.job;
}

/** The job at its end, failed or not. */
async function loaded(service: Service, name: JobName, load: Load): Promise<Job> {
  const { signal, file, target } = load;
  const { bucket } = service.profile;
  if (bucket === undefined) {
    const job = await uploadJob(service, name, load);
    return await jobEnd(service, name, job, signal);
  }
  await using staged = await stagedObject(service, bucket, { jobId: name.jobId, file, target });
  const configuration = configurationOf(load, { sourceUris: [staged.uri] });
  const job = await beginJob(service, name, configuration, signal);
  return await jobEnd(service, name, job, signal);
}

/** Looks whether a load into `target` may go through the profile's bucket, if there is one.
 *
 * @throws {Error} where the bucket lies elsewhere than the dataset: BigQuery loads within one location;
 *   {StorageError} where it is missing. */
export async function requireBucketNear(
  service: Service,
  target: string,
  datasetLocation: string | undefined,
  { createBucket: create = false }: { readonly createBucket?: boolean | undefined } = {},
): Promise<void> {
  const { bucket } = service.profile;
  if (bucket === undefined) return;
  const found = await bucketLocation(service, bucket, { target, create });
  if (found === undefined || datasetLocation === undefined) return;
  if (isWithin(found.toUpperCase(), datasetLocation.toUpperCase())) return;
  throw new Error(
    `Cannot write to ${target}: its dataset lies in ${datasetLocation}, the bucket ${bucket} in ${found}; ` +
      "use a bucket in the dataset's location, or leave GOOGLE_BUCKET out",
  );
}

/** Into the multi-region US anything may be loaded; into another, what lies in it. */
function isWithin(bucket: string, dataset: string): boolean {
  return dataset === "US" || bucket === dataset ||
    dataset === "EU" && (bucket.startsWith("EUROPE-") || bucket === "EUR4");
}

/** The job that the upload of its file begins. */
async function uploadJob(service: Service, name: JobName, load: Load): Promise<Job> {
  const { endpoint, project } = service.profile;
  const { file, signal } = load;
  try {
    return await uploadFile<Job>(service, {
      url: `${endpoint}/upload/bigquery/v2/projects/${project}/jobs?uploadType=resumable`,
      description: {
        jobReference: { projectId: project, ...name },
        configuration: configurationOf(load, {}),
      },
      file,
      signal,
    });
  } catch (failure) {
    // The upload may have ended with the job begun, and its answer lost.
    const isLost = failure instanceof ApiError &&
      (failure.isSpent || [404, 409, 410].includes(failure.status));
    const job = isLost ? await findJob(service, name, signal).catch(() => undefined) : undefined;
    if (!job) throw failure;
    return job;
  }
}

function configurationOf({ destination, options }: Load, source: object) {
  const { projectId, datasetId, tableId } = destination;
  return {
    labels: runLabels(),
    load: {
      destinationTable: { projectId, datasetId, tableId },
      sourceFormat: "PARQUET",
      parquetOptions: { enableListInference: true },
      columnNameCharacterMap: "V2",
      ...source,
      ...options,
    },
  };
}
