/** The project that a profile works in. @module */
import type { GoogleProfile } from "../profiles/google_profile.ts";

/** The project that the profile names, or its key, or else the machine's login.
 *
 * @throws {Error} where none of them names one
 * @example
 * ```ts
 * import { googleProfile } from "../profiles/google_profile.ts";
 * import { googleProject } from "./project.ts";
 * const project = async () => await googleProject(await googleProfile("dev"));
 * ``` */
export async function googleProject(google: GoogleProfile): Promise<string> {
  const project = google.projectId ?? await projectOfMachine(google);
  if (project !== undefined) return project;
  throw new Error(
    `${google.at("GOOGLE_PROJECT_ID")}: profile ${google.profile} names no project; ` +
      "add GOOGLE_PROJECT_ID, or a service account's key (GOOGLE_SERVICE_ACC_KEY_FILEPATH)",
  );
}

async function projectOfMachine({ credentials }: GoogleProfile): Promise<string | undefined> {
  if (credentials.kind !== "ambient") return undefined;
  const { GoogleAuth } = await import("google-auth-library");
  return await new GoogleAuth().getProjectId().catch(() => undefined);
}
