/** A Google profile as BigQuery needs it: a project that is known, and where its servers are. @module */
import { googleProject } from "../google/project.ts";
import type { GoogleProfile } from "../profiles/google_profile.ts";

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
  /** Of Storage Read; undefined where it is not there, as beside an emulator without it. */
  readonly readEndpoint: string | undefined;
}

const ENDPOINT = "https://bigquery.googleapis.com";
const READ_ENDPOINT = "https://bigquerystorage.googleapis.com";

/** The BigQuery part of a profile.
 *
 * @throws {Error} where no project is named. */
export async function bigQueryProfile(google: GoogleProfile): Promise<BigQueryProfile> {
  return {
    profile: google.profile,
    project: await googleProject(google),
    location: google.location,
    bucket: google.bucket,
    endpoint: google.bigqueryEndpoint ?? ENDPOINT,
    readEndpoint: google.bigqueryReadEndpoint ??
      (google.bigqueryEndpoint === undefined ? READ_ENDPOINT : undefined),
  };
}
