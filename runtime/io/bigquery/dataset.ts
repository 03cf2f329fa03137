/** Datasets: made where they are missing, and where they lie. @module */
import { ApiError } from "./api_error.ts";
import type { Service } from "./service.ts";

/** What a dataset that is made gets besides its name and location. */
export interface DatasetOptions {
  readonly project: string;
  readonly defaultTableExpirationMs?: number;
}

interface DatasetResource {
  readonly location?: string;
}

/** Makes the dataset unless it is there, in the profile's location; gives where it lies. */
export async function ensureDataset(
  service: Service,
  datasetId: string,
  signal: AbortSignal | undefined,
  { project: projectId, defaultTableExpirationMs }: DatasetOptions,
): Promise<string | undefined> {
  const { location } = service.profile;
  const find = () =>
    service.request<DatasetResource>(`datasets/${datasetId}`, { signal, project: projectId });
  try {
    return (await find()).location;
  } catch (failure) {
    if (!(failure instanceof ApiError) || failure.status !== 404) throw failure;
  }
  try {
    const made = await service.request<DatasetResource>("datasets", {
      method: "POST",
      project: projectId,
      body: {
        datasetReference: { projectId, datasetId },
        ...(location === undefined ? {} : { location }),
        ...(defaultTableExpirationMs === undefined
          ? {}
          : { defaultTableExpirationMs: String(defaultTableExpirationMs) }),
      },
      signal,
    });
    return made.location;
  } catch (failure) {
    // Two blocks may make one dataset at once.
    if (failure instanceof ApiError && failure.status === 409) return (await find()).location;
    throw failure;
  }
}
