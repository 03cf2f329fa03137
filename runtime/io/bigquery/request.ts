/** One request to a server of Google's, tried again where the answer may pass. @module */
import type { RetryOptions } from "../gcs/storage_client.ts";
import { ApiError, errorFrom, isPassing } from "./api_error.ts";

const LONGEST_PAUSE_MS = 32_000;

/** What a request carries. */
export interface Request {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests with a profile's credentials, as stubbornly as it is told. */
export interface Sender {
  readonly retry: Required<RetryOptions>;
  /** Headers that name the caller; empty for an emulator. */
  authorize(): Promise<Readonly<Record<string, string>>>;
}

/** The answer's JSON.
 *
 * @throws {ApiError} when the server refuses, or has not answered after every try. */
export async function requestJson<Answer>(
  sender: Sender,
  url: string,
  { query, body, headers, ...rest }: Request = {},
): Promise<Answer> {
  const full = new URL(url);
  for (const [key, value] of Object.entries(query ?? {})) {
    if (value !== undefined) full.searchParams.set(key, String(value));
  }
  return await tryAgain(sender, async () => {
    const response = await send(sender, full, {
      ...rest,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await errorFrom(response);
    const text = await readText(sender, response);
    return (text === "" ? {} : JSON.parse(text)) as Answer;
  }, rest.signal);
}

/** One request, tried once; its answer whatever its status.
 *
 * @throws {ApiError} of status 0 where there is no answer. */
export async function send(
  sender: Sender,
  url: URL | string,
  { signal, headers, ...rest }: {
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: BodyInit;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<Response> {
  const authorization = await sender.authorize();
  const limit = AbortSignal.timeout(sender.retry.timeoutMs);
  try {
    return await fetch(url, {
      ...rest,
      headers: { ...headers, ...authorization },
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw unreachable(sender, url, cause);
  }
}

/** Calls `work` until it succeeds, fails for good, or has failed often enough. */
export async function tryAgain<Result>(
  { retry: { attempts, retryDelayMs } }: Sender,
  work: (attempt: number) => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (let attempt = 1;; attempt++) {
    try {
      return await work(attempt);
    } catch (failure) {
      if (!isPassing(failure)) throw failure;
      if (attempt >= attempts) throw spent(failure as ApiError, attempt);
      const most = Math.min(LONGEST_PAUSE_MS, retryDelayMs * 2 ** (attempt - 1));
      await pause(most * (0.75 + Math.random() / 4), signal);
    }
  }
}

/** Waits, unless the run is cancelled.
 *
 * @throws the signal's reason. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const abort = () => reject(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}

function spent(failure: ApiError, attempts: number): ApiError {
  const { status, reason } = failure;
  const said = failure.message.split("\n")[0]!.trim().replace(/[.;]$/, "");
  const why = status === 0 ? "" : ` (${reason || status})`;
  const tried = attempts > 1 ? `, tried ${attempts} times` : "";
  return new ApiError(`${said}${why}${tried}`, status, reason, { cause: failure, isSpent: true });
}

async function readText(sender: Sender, response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw unreachable(sender, response.url, cause);
  }
}

function unreachable({ retry }: Sender, url: URL | string, cause: unknown): ApiError {
  const { host } = new URL(url);
  const seen = chainText(cause);
  const why = cause instanceof DOMException && cause.name === "TimeoutError"
    ? `${host} has not answered within ${retry.timeoutMs / 1000} s`
    : /refused/i.test(seen)
    ? `${host} refuses the connection`
    : /dns|lookup/i.test(seen)
    ? `the host ${host} is not known`
    : `the connection to ${host} broke`;
  return new ApiError(why, 0, "", { cause });
}

/** What a failure says, and what it says was behind it. */
function chainText(failure: unknown): string {
  let text = "";
  for (let cause = failure; cause instanceof Error; cause = cause.cause) {
    text += `${cause.message} `;
  }
  return text;
}
