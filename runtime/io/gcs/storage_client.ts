/** Asks Cloud Storage over its JSON API, as a profile says: with its token, and again where an answer
 *  may pass. Every request made here may be repeated, for writes carry the generation that they expect.
 *  @module */
import type { AuthClient } from "google-auth-library";
import pRetry, { AbortError } from "p-retry";
import { type Closable, Resources } from "../../context/resources.ts";
import { currentScope } from "../../context/scope.ts";
import { googleAuthClient } from "../google/auth_client.ts";
import { currentLocation } from "../postgres/location.ts";
import { type GoogleProfile, googleProfile } from "../profiles/google_profile.ts";
import { isPassing, refusal, StorageError, unreachable } from "./storage_error.ts";

/** How stubborn the requests are. */
export interface RetryOptions {
  /** How many requests in all before it gives up; 6 by default. One that moved bytes is not counted. */
  readonly attempts?: number;
  /** The first pause before another try, doubled each time; 500 ms by default. */
  readonly retryDelayMs?: number;
  /** How long a request may take; 60 s by default. */
  readonly timeoutMs?: number;
  /** How much one request of a long upload carries, in whole 256 KiB; 16 MiB by default. */
  readonly pieceBytes?: number;
}

/** One request. */
export interface StorageRequest {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE" | "PATCH";
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: BodyInit;
  /** Names the request in errors: `Cannot write gs://bucket/name`. */
  readonly doing: string;
  /** Statuses that are answers and no failures. */
  readonly accept?: readonly number[];
}

const ENDPOINT = "https://storage.googleapis.com";
const LONGEST_PAUSE_MS = 32_000;
/** What Google advises. */
const PIECE_BYTES = 16 * 2 ** 20;
const outsideRuns = new Resources();

/** The client of a profile, shared by the run: of `profile`, or of the run's, or of `default`.
 *
 * @throws {ConnectionError} where the credentials are missing or refused */
export async function storageClient(
  profile?: string,
  retry: RetryOptions = {},
): Promise<StorageClient> {
  const name = profile ?? currentScope()?.profile ?? "default";
  const { notebookFolder } = await currentLocation();
  const resources = currentScope()?.resources ?? outsideRuns;
  const client = await resources.use(`gcs ${name} ${notebookFolder}`, async () => {
    const found = await googleProfile(name);
    return new StorageClient(found, await googleAuthClient(found));
  });
  return client.withRetry(retry);
}

/** Cloud Storage as one profile sees it. */
export class StorageClient implements Closable {
  readonly profile: GoogleProfile;
  readonly endpoint: string;
  /** Buckets known to be there. */
  readonly buckets: Set<string>;
  readonly #auth: AuthClient;
  readonly #retry: Required<RetryOptions>;

  constructor(profile: GoogleProfile, auth: AuthClient, {
    attempts = 6,
    retryDelayMs = 500,
    timeoutMs = 60_000,
    pieceBytes = PIECE_BYTES,
    buckets = new Set<string>(),
  }: RetryOptions & { readonly buckets?: Set<string> } = {}) {
    this.profile = profile;
    this.buckets = buckets;
    this.endpoint = profile.storageEndpoint ?? ENDPOINT;
    this.#auth = auth;
    this.#retry = { attempts, retryDelayMs, timeoutMs, pieceBytes };
  }

  /** The same client with other patience. */
  withRetry(options: RetryOptions): StorageClient {
    return new StorageClient(this.profile, this.#auth, {
      ...this.#retry,
      ...options,
      buckets: this.buckets,
    });
  }

  get retry(): Required<RetryOptions> {
    return this.#retry;
  }

  /** The answer to a request, asked again while it fails in passing.
   *
   * @param path below the endpoint, or a whole URL
   * @throws {StorageError} what the server answered last */
  async request(path: string, request: StorageRequest): Promise<Response> {
    return await this.retrying(request.doing, () => this.once(path, request));
  }

  /** Calls `attempt` again while it fails in passing.
   *
   * @param hasMoved whether bytes arrived since it was last asked: such a failure is not counted */
  async retrying<Result>(
    doing: string,
    attempt: (tries: number) => Promise<Result>,
    hasMoved: () => boolean = () => false,
  ): Promise<Result> {
    const signal = currentScope()?.run.signal;
    let tries = 0;
    try {
      return await pRetry(
        async () => {
          try {
            return await attempt(++tries);
          } catch (failure) {
            if (signal?.aborted || !mayPass(failure)) {
              throw new AbortError(failure instanceof Error ? failure : String(failure));
            }
            throw new Failed(failure);
          }
        },
        {
          retries: this.#retry.attempts - 1,
          minTimeout: this.#retry.retryDelayMs,
          maxTimeout: LONGEST_PAUSE_MS,
          randomize: true,
          ...signal ? { signal } : {},
          shouldConsumeRetry: () => !hasMoved(),
        },
      );
    } catch (thrown) {
      if (signal?.aborted) throw signal.reason;
      const failure = thrown instanceof Failed ? thrown.failure : thrown;
      if (failure instanceof Answered) {
        throw await refusal(failure.response, doing, this.profile, tries);
      }
      if (failure instanceof StorageError || !isNetwork(failure)) throw failure;
      throw unreachable(doing, this.endpoint, failure, tries);
    }
  }

  /** The answer to one request; for use within `retrying`. */
  async once(path: string, request: StorageRequest): Promise<Response> {
    const { method = "GET", query = {}, body, accept = [] } = request;
    const url = new URL(path.startsWith("http") ? path : `${this.endpoint}${path}`);
    for (const [key, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(key, value);
    }
    const timeout = AbortSignal.timeout(this.#retry.timeoutMs);
    const signal = currentScope()?.run.signal;
    const response = await fetch(url, {
      method,
      redirect: "manual",
      headers: { ...await this.headers(), ...request.headers },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      ...body === undefined ? {} : { body },
    });
    if (response.ok || accept.includes(response.status)) return response;
    throw new Answered(response);
  }

  /** What every request carries. */
  async headers(): Promise<Record<string, string>> {
    return Object.fromEntries(await this.#auth.getRequestHeaders());
  }

  close(): void {}
}

/** An answer that is none of the good ones. */
class Answered extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super(`status ${response.status}`);
    this.response = response;
  }
}

/** Keeps p-retry from judging network errors by their text. */
class Failed extends Error {
  readonly failure: unknown;

  constructor(failure: unknown) {
    super("failed", { cause: failure });
    this.failure = failure;
  }
}

function mayPass(failure: unknown): boolean {
  if (failure instanceof Answered) return isPassing(failure.response.status);
  return isNetwork(failure);
}

function isNetwork(failure: unknown): boolean {
  return failure instanceof TypeError ||
    (failure instanceof DOMException && ["TimeoutError", "AbortError"].includes(failure.name)) ||
    failure instanceof Deno.errors.Http || failure instanceof Deno.errors.ConnectionReset;
}
