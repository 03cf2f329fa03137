/** BigQuery's jobs: begun under an id of ours, so that a lost answer begins none twice, waited for,
 *  and cancelled with the run. @module */
import { ApiError, type Reason } from "./api_error.ts";
import { pause } from "./request.ts";
import type { Service } from "./service.ts";

/** What a job is found by, known before it is begun. */
export interface JobName {
  readonly jobId: string;
  readonly location: string;
}

/** A job, as far as Sluice looks at it. */
export interface Job {
  readonly configuration?: { readonly query?: { readonly destinationTable?: TableReference } };
  readonly status: {
    readonly state: "PENDING" | "RUNNING" | "DONE";
    readonly errorResult?: Reason;
    readonly errors?: readonly Reason[];
  };
  readonly statistics?: {
    readonly endTime?: string;
    readonly totalBytesProcessed?: string;
    readonly load?: { readonly outputRows?: string };
    readonly query?: {
      readonly statementType?: string;
      readonly numDmlAffectedRows?: string;
      readonly totalBytesProcessed?: string;
    };
  };
}

export interface TableReference {
  readonly projectId: string;
  readonly datasetId: string;
  readonly tableId: string;
}

const FIRST_LOOK_MS = 50;
const MOST_LOOK_MS = 2000;
/** When a job that is to be cancelled is looked for again: its beginning may still be on its way. */
const CANCEL_AGAIN_MS = [250, 500];
/** A cancelled run does not wait longer for an answer. */
const CANCEL_MS = 2000;

/** A name for a job that nobody else has. */
export function newJobName({ profile }: Service): JobName {
  return { jobId: `sluice_${crypto.randomUUID()}`, location: profile.location };
}

/** Begins a job; where an answer was lost and the job is there already, that one. */
export async function beginJob(
  service: Service,
  name: JobName,
  configuration: Readonly<Record<string, unknown>>,
  signal: AbortSignal | undefined,
): Promise<Job> {
  const projectId = service.profile.project;
  try {
    return await service.request<Job>("jobs", {
      method: "POST",
      body: { jobReference: { projectId, ...name }, configuration },
      signal,
    });
  } catch (failure) {
    if (!(failure instanceof ApiError) || failure.status !== 409) throw failure;
    return await findJob(service, name, signal) ?? rethrow(failure);
  }
}

/** The job of this name, or undefined. */
export async function findJob(
  service: Service,
  { jobId, location }: JobName,
  signal: AbortSignal | undefined,
): Promise<Job | undefined> {
  try {
    return await service.request<Job>(`jobs/${jobId}`, { query: { location }, signal });
  } catch (failure) {
    if (failure instanceof ApiError && failure.status === 404) return undefined;
    throw failure;
  }
}

/** The job at its end, failed or not. */
export async function jobEnd(
  service: Service,
  name: JobName,
  job: Job,
  signal: AbortSignal | undefined,
): Promise<Job> {
  let current = job;
  for (
    let ms = FIRST_LOOK_MS;
    current.status.state !== "DONE";
    ms = Math.min(MOST_LOOK_MS, ms * 1.5)
  ) {
    await pause(ms, signal);
    const found = await findJob(service, name, signal);
    if (!found) throw new ApiError(`the job ${name.jobId} has gone`, 404, "notFound");
    current = found;
  }
  return current;
}

/** Calls `work`, which begins the job and waits for it; when the run is cancelled meanwhile, so is the job. */
export async function cancelling<Result>(
  service: Service,
  name: JobName,
  signal: AbortSignal | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (failure) {
    if (signal?.aborted) await cancelJob(service, name);
    throw failure;
  }
}

/** Asks BigQuery to give the job up; where it cannot be asked, the job ends by itself. */
async function cancelJob(service: Service, { jobId, location }: JobName): Promise<void> {
  const hasty = service.withRetry({ attempts: 1, timeoutMs: CANCEL_MS });
  for (const ms of [...CANCEL_AGAIN_MS, undefined]) {
    const failure = await hasty
      .request(`jobs/${jobId}/cancel`, { method: "POST", query: { location } })
      .then(() => undefined, (failure: unknown) => failure);
    const isMissing = failure instanceof ApiError && failure.status === 404;
    if (!isMissing || ms === undefined) return;
    await pause(ms, undefined);
  }
}

/** Why the job failed, or undefined. */
export function jobFailure({ status }: Job): ApiError | undefined {
  if (!status.errorResult) return undefined;
  const { reason = "", message = reason } = status.errorResult;
  return new ApiError(detailed(message, status.errors ?? []), 400, reason);
}

/** A load's own error points at a list; its first entry that says more is what one wants to read. */
function detailed(message: string, errors: readonly Reason[]): string {
  if (!/errors\[\] collection/.test(message)) return message;
  const more = errors.find((error) => error.message && error.message !== message)?.message;
  return more ?? message;
}

function rethrow(failure: unknown): never {
  throw failure;
}
