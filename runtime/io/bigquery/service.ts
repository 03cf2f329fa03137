/** BigQuery as one profile sees it: its project, location and credentials, shared by a run.
 *  @module */
import { type Closable, Resources } from "../../context/resources.ts";
import { currentScope } from "../../context/scope.ts";
import { currentLocation } from "../postgres/location.ts";
import { googleProfile } from "../profiles/google_profile.ts";
import { type BigQueryProfile, bigQueryProfile } from "./profile.ts";
import { type Request, requestJson, type Sender } from "./request.ts";

const outsideRuns = new Resources();

/** The service of a profile: opened at the first call, shared by the run, or outside runs by the process.
 *
 * @throws {Error} when the profile cannot be read. */
export async function openService(profile: string): Promise<Service> {
  const location = await currentLocation();
  const resources = currentScope()?.resources ?? outsideRuns;
  const key = `bigquery ${profile} ${location.notebookFolder}`;
  return await resources.use(
    key,
    async () => new Service(await bigQueryProfile(await googleProfile(profile))),
  );
}

/** Sends requests to BigQuery. */
export class Service implements Closable, Sender {
  readonly profile: BigQueryProfile;

  constructor(profile: BigQueryProfile) {
    this.profile = profile;
  }

  authorize(): Promise<Readonly<Record<string, string>>> {
    return this.profile.authorize();
  }

  /** The answer to a request below the project's address: `datasets/ny_taxi`. */
  request<Answer>(
    path: string,
    { project = this.profile.project, ...request }: Request & { readonly project?: string } = {},
  ): Promise<Answer> {
    const url = `${this.profile.endpoint}/bigquery/v2/projects/${project}/${path}`;
    return requestJson(this, url, request);
  }

  /** Nothing stays open between requests. */
  close(): void {}
}
