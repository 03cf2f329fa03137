/** A Google profile as BigQuery needs it: a project that is known, and headers that name the caller. @module */
import type { GoogleCredentials, GoogleProfile } from "../profiles/google_profile.ts";

/** How to reach BigQuery. */
export interface BigQueryProfile {
  readonly profile: string;
  readonly project: string;
  /** Where datasets are made and jobs run. */
  readonly location: string;
  /** Through which a write goes; without one the file is uploaded with the job. */
  readonly bucket: string | undefined;
  /** Of the API, without a path and without a slash at its end. */
  readonly endpoint: string;
  readonly storageEndpoint: string;
  /** Headers that name the caller; none where the endpoint is an emulator's. */
  authorize(): Promise<Readonly<Record<string, string>>>;
}

const ENDPOINT = "https://bigquery.googleapis.com";
const STORAGE_ENDPOINT = "https://storage.googleapis.com";
const SCOPES = ["https://www.googleapis.com/auth/cloud-platform"];

/** The BigQuery part of a profile.
 *
 * @throws {Error} where no project is named. */
export async function bigQueryProfile(google: GoogleProfile): Promise<BigQueryProfile> {
  const caller = await callerOf(google.credentials);
  const project = google.projectId ?? await caller?.project();
  if (project === undefined) {
    throw new Error(
      `${
        google.at("GOOGLE_PROJECT_ID")
      }: profile ${google.profile} names no project; add GOOGLE_PROJECT_ID, ` +
        "or a service account's key (GOOGLE_SERVICE_ACC_KEY_FILEPATH)",
    );
  }
  return {
    profile: google.profile,
    project,
    location: google.location,
    bucket: google.bucket,
    endpoint: google.bigqueryEndpoint ?? ENDPOINT,
    storageEndpoint: google.storageEndpoint ?? STORAGE_ENDPOINT,
    authorize: async () => await caller?.headers(google.profile) ?? {},
  };
}

async function callerOf(credentials: GoogleCredentials) {
  if (credentials.kind === "none") return undefined;
  const { GoogleAuth } = await import("google-auth-library");
  const auth = new GoogleAuth({
    scopes: SCOPES,
    ...(credentials.kind === "key" ? { credentials: credentials.key } : {}),
  });
  return {
    project: () => auth.getProjectId().catch(() => undefined),
    async headers(profile: string) {
      try {
        return Object.fromEntries((await auth.getRequestHeaders()).entries());
      } catch (cause) {
        const seen = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
        throw new Error(
          `Cannot sign in to Google Cloud (profile ${profile}): ${seen}; ` +
            (credentials.kind === "key"
              ? `look at ${credentials.from}: the key may be expired or deleted`
              : "set GOOGLE_SERVICE_ACC_KEY_FILEPATH, or run `gcloud auth application-default login`"),
          { cause },
        );
      }
    },
  };
}
