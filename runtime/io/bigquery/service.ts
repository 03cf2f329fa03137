/** BigQuery as one profile sees it: its project, location and credentials, shared by a run.
 *  @module */
import type { AuthClient } from "google-auth-library";
import { type Closable, Resources } from "../../context/resources.ts";
import { currentScope } from "../../context/scope.ts";
import type { RetryOptions } from "../gcs/storage_client.ts";
import { googleAuthClient } from "../google/auth_client.ts";
import { currentLocation } from "../postgres/location.ts";
import { googleProfile } from "../profiles/google_profile.ts";
import { type BigQueryProfile, bigQueryProfile } from "./profile.ts";
import { type Request, requestJson, type Sender } from "./request.ts";

const outsideRuns = new Resources();

/** The service of a profile: opened at the first call, shared by the run, or outside runs by the process.
 *
 * @throws {ConnectionError} where the credentials are missing or refused; {Error} when the profile cannot
 *   be read. */
export async function openService(profile: string, retry: RetryOptions): Promise<Service> {
  const location = await currentLocation();
  const resources = currentScope()?.resources ?? outsideRuns;
  const key = `bigquery ${profile} ${location.notebookFolder}`;
  const service = await resources.use(key, async () => {
    const google = await googleProfile(profile);
    return new Service(await bigQueryProfile(google), await googleAuthClient(google));
  });
  return service.withRetry(retry);
}

/** Sends requests to BigQuery. */
export class Service implements Closable, Sender {
  readonly profile: BigQueryProfile;
  readonly retry: Required<RetryOptions>;
  readonly #auth: AuthClient;

  constructor(profile: BigQueryProfile, auth: AuthClient, {
    attempts = 6,
    retryDelayMs = 500,
    timeoutMs = 60_000,
    pieceBytes = 32 << 20,
  }: RetryOptions = {}) {
    this.profile = profile;
    this.retry = { attempts, retryDelayMs, timeoutMs, pieceBytes };
    this.#auth = auth;
  }

  /** The same service with other patience. */
  withRetry(retry: RetryOptions): Service {
    return new Service(this.profile, this.#auth, { ...this.retry, ...retry });
  }

  async authorize(): Promise<Readonly<Record<string, string>>> {
    return Object.fromEntries(await this.#auth.getRequestHeaders());
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
