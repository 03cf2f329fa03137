/** One request to a server of Google's, tried again where the answer may pass. @module */
import { ApiError, errorFrom, isPassing } from "./api_error.ts";

/** Tries in all, and the longest wait between two of them. */
const TRIES = 5;
const FIRST_DELAY_MS = 250;
const MOST_DELAY_MS = 8000;
/** No answer for so long counts as none. */
const ANSWER_MS = 60_000;

/** What a request carries. */
export interface Request {
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/** Sends requests with a profile's credentials. */
export interface Sender {
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
  return await tryAgain(async () => {
    const response = await send(sender, full, {
      ...rest,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw await errorFrom(response);
    const text = await readText(response);
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
  const limit = AbortSignal.timeout(ANSWER_MS);
  try {
    return await fetch(url, {
      ...rest,
      headers: { ...headers, ...authorization },
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new ApiError(unreachable(url, cause), 0, "", { cause });
  }
}

/** Calls `work` until it succeeds, fails for good, or has failed often enough. */
export async function tryAgain<Result>(
  work: (attempt: number) => Promise<Result>,
  signal: AbortSignal | undefined,
): Promise<Result> {
  for (let attempt = 1;; attempt++) {
    try {
      return await work(attempt);
    } catch (failure) {
      if (!isPassing(failure)) throw failure;
      if (attempt === TRIES) throw spent(failure as ApiError);
      await pause(delayMs(attempt), signal);
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

function delayMs(attempt: number): number {
  const most = Math.min(MOST_DELAY_MS, FIRST_DELAY_MS * 2 ** (attempt - 1));
  return most * (0.75 + Math.random() / 4);
}

function spent(failure: ApiError): ApiError {
  const seen = failure.status === 0 ? failure.message : `${failure.message} (${failure.status})`;
  return new ApiError(
    `${seen}, at ${TRIES} tries; try again later`,
    failure.status,
    failure.reason,
    { cause: failure },
  );
}

async function readText(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (cause) {
    throw new ApiError(unreachable(response.url, cause), 0, "", { cause });
  }
}

function unreachable(url: URL | string, cause: unknown): string {
  const { host } = new URL(url);
  if (cause instanceof DOMException && cause.name === "TimeoutError") {
    return `${host} has not answered within ${ANSWER_MS / 1000} s`;
  }
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/refused/i.test(message)) return `${host} refuses the connection`;
  if (/dns|lookup/i.test(message)) return `the host ${host} is not known`;
  return `the connection to ${host} broke`;
}
