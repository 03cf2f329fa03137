/** Which hosts and variables the profiles of a notebook name: what the server lets a run reach whose
 *  notebook declares nothing. @module */
import { findUpward } from "./find_upward.ts";
import { loadProfiles } from "./profiles.ts";

const FILE = "io_config.yaml";
/** Where Google's clients talk to, beside the services' own hosts below. */
const GOOGLE = [
  "accounts.google.com",
  "bigquery.googleapis.com",
  "bigquerystorage.googleapis.com",
  "metadata.google.internal",
  "oauth2.googleapis.com",
  "storage.googleapis.com",
  "www.googleapis.com",
];

/** What a folder's profiles reach. */
export interface ProfileReach {
  /** `host:port`, or a host with all its ports. */
  readonly hosts: readonly string[];
  /** The variables that `env_var('X')` names. */
  readonly variables: readonly string[];
  /** Whether a profile has a Postgres that Sluice starts. */
  readonly hasEmbedded: boolean;
}

/** The reach of the io_config.yaml for notebooks of `folder`. A profile that cannot be expanded has none,
 *  for no run can use it.
 *
 * @example
 * ```ts
 * import { profileReach } from "./profile_reach.ts";
 * const folder = await Deno.makeTempDir();
 * await Deno.writeTextFile(`${folder}/io_config.yaml`, "dev:\n  POSTGRES_HOST: db.example\n");
 * console.log((await profileReach(folder, folder)).hosts); // ["db.example:5432"]
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function profileReach(folder: string, project: string): Promise<ProfileReach> {
  const path = await findUpward(FILE, folder, project);
  if (path === undefined) return { hosts: [], variables: [], hasEmbedded: false };
  const text = await Deno.readTextFile(path);
  const variables = [...text.matchAll(/\benv(?:_var|\.var)\(\s*["']([^"']+)["']/g)]
    .map(([, name = ""]) => name);
  const profiles = await loadProfiles(folder, project).catch(() => undefined);
  const expanded = await Promise.all(
    (profiles?.names ?? []).map((name) => profiles?.expand(name).catch(() => undefined)),
  );
  const values = expanded.flatMap((profile) => profile ? [profile.values] : []);
  const hosts = values.flatMap(hostsOf);
  return {
    hosts: [...new Set(hosts)],
    variables: [...new Set(variables)],
    hasEmbedded: values.some(({ POSTGRES_HOST }) => POSTGRES_HOST === "embedded"),
  };
}

function hostsOf(values: Readonly<Record<string, unknown>>): string[] {
  const host = values.POSTGRES_HOST;
  const google = Object.entries(values).filter(([key]) => key.startsWith("GOOGLE_"));
  const addresses = google.flatMap(([, value]) =>
    typeof value === "string" && /^https?:/.test(value) && URL.canParse(value)
      ? [new URL(value).host]
      : []
  );
  return [
    ...typeof host === "string" && host !== ""
      ? [host === "embedded" ? "127.0.0.1" : `${host}:${values.POSTGRES_PORT || 5432}`]
      : [],
    ...google.length > 0 ? [...GOOGLE, ...addresses] : [],
  ];
}
