/** What a profile says about Google Cloud, checked key by key. @module */
import { homedir } from "node:os";
import { join, resolve } from "../../context/paths.ts";
import { suggestion } from "../../table/nearest.ts";
import { currentLocation } from "../postgres/location.ts";
import { type GoogleKey, googleKey } from "./google_key.ts";
import { loadProfiles, type Profile } from "./profiles.ts";
import { loadVariables, type Variables } from "./variables.ts";

/** Who asks:
 *  - `key`: a service account's key, or other credentials that Google writes as JSON;
 *  - `ambient`: what the machine has, gcloud's own login or the account of a machine in the cloud;
 *  - `none`: nobody, for an emulator that asks for no credentials. */
export type GoogleCredentials =
  | {
    readonly kind: "key";
    readonly key: GoogleKey; /** Where it stands, for messages. */
    readonly from: string;
  }
  | { readonly kind: "ambient" }
  | { readonly kind: "none" };

/** How to reach Google Cloud. */
export interface GoogleProfile {
  readonly profile: string;
  /** Of `GOOGLE_PROJECT_ID`, else of the key. */
  readonly projectId: string | undefined;
  /** Where datasets and buckets are made. */
  readonly location: string;
  /** The bucket that paths without `gs://` lie in, without `gs://`. */
  readonly bucket: string | undefined;
  /** Not checked against Google yet. */
  readonly credentials: GoogleCredentials;
  /** Without a `/` at its end; undefined for Google's own. */
  readonly storageEndpoint: string | undefined;
  readonly bigqueryEndpoint: string | undefined;
  /** Of BigQuery's Storage Read, which is gRPC: `http:` for one in plain text. */
  readonly bigqueryReadEndpoint: string | undefined;
  /** Where a key of the profile stands, for messages: `io_config.yaml, line 7:3`. */
  at(key: string): string;
}

const KEYS = [
  "GOOGLE_SERVICE_ACC_KEY",
  "GOOGLE_SERVICE_ACC_KEY_FILEPATH",
  "GOOGLE_APPLICATION_CREDENTIALS",
  "GOOGLE_PROJECT_ID",
  "GOOGLE_LOCATION",
  "GOOGLE_BUCKET",
  "GOOGLE_STORAGE_ENDPOINT",
  "GOOGLE_BIGQUERY_ENDPOINT",
  "GOOGLE_BIGQUERY_READ_ENDPOINT",
];
/** Google's own default. */
const LOCATION = "US";

/** The Google part of the profile called `name`, for the calling run or process.
 *
 * @throws {Error} at a key that is unknown or has a value that cannot be, and where the key file is
 *   missing or malformed
 * @example
 * ```ts
 * import { googleProfile } from "./google_profile.ts";
 * const whereTo = async () => (await googleProfile("dev")).location;
 * ``` */
export async function googleProfile(name: string): Promise<GoogleProfile> {
  const { notebookFolder, projectFolder } = await currentLocation();
  const profiles = await loadProfiles(notebookFolder, projectFolder);
  const profile = await profiles.expand(name);
  const variables = await loadVariables(notebookFolder, projectFolder);
  return await googleProfileOf(profile, variables);
}

/** The Google part of an expanded profile. */
async function googleProfileOf(
  profile: Profile,
  variables: Variables,
): Promise<GoogleProfile> {
  for (const key of Object.keys(profile.values)) {
    if (!key.startsWith("GOOGLE_") || KEYS.includes(key)) continue;
    throw new Error(`${profile.at(key)}: unknown key \`${key}\`${suggestion(key, KEYS)}`);
  }
  const storageEndpoint = endpoint(profile, "GOOGLE_STORAGE_ENDPOINT");
  const bigqueryEndpoint = endpoint(profile, "GOOGLE_BIGQUERY_ENDPOINT");
  const bigqueryReadEndpoint = endpoint(profile, "GOOGLE_BIGQUERY_READ_ENDPOINT");
  const isEmulator = storageEndpoint !== undefined || bigqueryEndpoint !== undefined;
  const credentials = await givenKey(profile) ??
    (isEmulator ? { kind: "none" as const } : await machineKey(variables));
  const keyProject = credentials.kind === "key"
    ? credentials.key.project_id ?? credentials.key.quota_project_id
    : undefined;
  const projectId = text(profile, "GOOGLE_PROJECT_ID") ?? keyProject ??
    variables("GOOGLE_CLOUD_PROJECT");
  return {
    profile: profile.name,
    projectId: projectId === undefined ? undefined : String(projectId),
    location: text(profile, "GOOGLE_LOCATION") ?? LOCATION,
    bucket: bucketName(profile),
    credentials,
    storageEndpoint,
    bigqueryEndpoint,
    bigqueryReadEndpoint,
    at: profile.at,
  };
}

/** The key that the profile itself gives. */
async function givenKey(profile: Profile): Promise<GoogleCredentials | undefined> {
  const inline = "GOOGLE_SERVICE_ACC_KEY";
  const given = profile.values[inline];
  if (given !== undefined && given !== null && given !== "") {
    const from = `${profile.at(inline)}: ${inline}`;
    return { kind: "key", key: googleKey(given, from), from };
  }
  for (const name of ["GOOGLE_SERVICE_ACC_KEY_FILEPATH", "GOOGLE_APPLICATION_CREDENTIALS"]) {
    const path = text(profile, name);
    if (path === undefined) continue;
    return await keyFile(absolute(path, profile.folder), `${profile.at(name)}: ${name} ${path}`);
  }
  return undefined;
}

/** The key that the environment or `.env` names, or what the machine has. */
async function machineKey(variables: Variables): Promise<GoogleCredentials> {
  const name = "GOOGLE_APPLICATION_CREDENTIALS";
  const path = variables(name);
  if (!path) return { kind: "ambient" };
  return await keyFile(absolute(path, Deno.cwd()), `${name} ${path}`);
}

async function keyFile(path: string, from: string): Promise<GoogleCredentials> {
  let content: string;
  try {
    content = await Deno.readTextFile(path);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound ? "does not exist" : "cannot be read";
    throw new Error(`${from} ${reason}; name the file of a service account's key`, { cause });
  }
  return { kind: "key", key: googleKey(content, from), from };
}

function absolute(path: string, folder: string): string {
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : resolve(folder, path);
}

function text(profile: Profile, key: string): string | undefined {
  const value = profile.values[key];
  return value === undefined || value === null || value === "" ? undefined : String(value);
}

function endpoint(profile: Profile, key: string): string | undefined {
  const value = text(profile, key);
  if (value === undefined) return undefined;
  if (/^https?:\/\//.test(value) && URL.canParse(value)) return value.replace(/\/+$/, "");
  throw new Error(
    `${profile.at(key)}: ${key} is \`${value}\`, expected a URL such as http://127.0.0.1:4443`,
  );
}

function bucketName(profile: Profile): string | undefined {
  const name = text(profile, "GOOGLE_BUCKET")?.replace(/^gs:\/\//, "").replace(/\/+$/, "");
  if (name === undefined || /^[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]$/.test(name)) return name;
  throw new Error(
    `${profile.at("GOOGLE_BUCKET")}: GOOGLE_BUCKET is \`${name}\`, expected the name of a bucket`,
  );
}
