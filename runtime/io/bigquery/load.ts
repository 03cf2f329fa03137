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
  type TableReference,
} from "./job.ts";
import { runLabels } from "./labels.ts";
import type { Service } from "./service.ts";
import { uploadFile } from "./upload.ts";

/** What is loaded, and how. */
export interface Load {
  readonly jobId: string;
  readonly file: string;
  readonly destination: TableReference;
  readonly signal: AbortSignal | undefined;
  /** Of BigQuery's load configuration: schema, dispositions, partitioning. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Loads the file and gives the job at its successful end.
 *
 * @throws {ApiError} when BigQuery refuses it. */
export async function loadFile(service: Service, load: Load): Promise<Job> {
  const { signal } = load;
  const { bucket } = service.profile;
  let job: Job;
  if (bucket === undefined) job = await uploadJob(service, load, configurationOf(load, {}));
  else {
    await using staged = await stagedObject(service, bucket, load);
    const configuration = configurationOf(load, { sourceUris: [staged.uri] });
    job = await ended(service, await beginJob(service, load.jobId, configuration, signal), signal);
  }
  const failure = jobFailure(job);
  if (failure) throw failure;
  return job;
}

/** @throws {Error} where the bucket lies elsewhere than the dataset: BigQuery loads within one location. */
export async function refuseOtherLocation(
  service: Service,
  target: string,
  datasetLocation: string | undefined,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { bucket } = service.profile;
  if (bucket === undefined || datasetLocation === undefined) return;
  const found = await bucketLocation(service, bucket, signal);
  if (found === undefined || isWithin(found.toUpperCase(), datasetLocation.toUpperCase())) return;
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

async function uploadJob(
  service: Service,
  { jobId, file, signal }: Load,
  configuration: Readonly<Record<string, unknown>>,
): Promise<Job> {
  const { endpoint, project, location } = service.profile;
  try {
    const job = await uploadFile<Job>(service, {
      url: `${endpoint}/upload/bigquery/v2/projects/${project}/jobs?uploadType=resumable`,
      description: { jobReference: { projectId: project, jobId, location }, configuration },
      file,
      signal,
    });
    return await ended(service, job, signal);
  } catch (failure) {
    // The upload may have ended with the job begun, and its answer lost.
    const isLost = failure instanceof ApiError && [0, 404, 409, 410].includes(failure.status);
    const job = isLost ? await findJob(service, jobId, signal) : undefined;
    if (!job) throw failure;
    return await ended(service, job, signal);
  }
}

function ended(service: Service, job: Job, signal: AbortSignal | undefined): Promise<Job> {
  return cancelling(service, job, signal, () => jobEnd(service, job, signal));
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
