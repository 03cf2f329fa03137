/** What BigQuery's servers answer when they refuse, and which of it may pass when tried again. @module */

/** One reason of BigQuery's, as its errors and failed jobs list them. */
export interface Reason {
  readonly reason?: string;
  readonly message?: string;
  readonly location?: string;
}

/** An answer that is no success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** The HTTP status; 0 where there was no answer at all. */
  readonly status: number;
  /** Such as `notFound`, `accessDenied`, `rateLimitExceeded`; empty where the server named none. */
  readonly reason: string;

  /** Whether it was tried again for as long as it may be. */
  readonly isSpent: boolean;

  constructor(
    message: string,
    status: number,
    reason: string,
    { isSpent = false, ...options }: ErrorOptions & { readonly isSpent?: boolean } = {},
  ) {
    super(message, options);
    this.status = status;
    this.reason = reason;
    this.isSpent = isSpent;
  }
}

/** Reasons that BigQuery's documentation says to wait at. */
const PASSING = new Set([
  "backendError",
  "internalError",
  "jobBackendError",
  "jobInternalError",
  "jobRateLimitExceeded",
  "quotaExceeded",
  "rateLimitExceeded",
  "tableUnavailable",
]);

/** Whether the same request may succeed a little later. */
export function isPassing(failure: unknown): boolean {
  if (!(failure instanceof ApiError) || failure.isSpent) return false;
  return failure.status === 0 || failure.status === 429 || failure.status >= 500 &&
      failure.status !== 501 ||
    PASSING.has(failure.reason);
}

/** The error in an answer's body. */
export async function errorFrom(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => "");
  const found = parsed(text);
  const [first] = found?.errors ?? [];
  const message = found?.message ?? first?.message ??
    (text.trim().split("\n")[0]!.slice(0, 200) || response.statusText);
  return new ApiError(
    message === "" ? `HTTP ${response.status}` : message,
    response.status,
    first?.reason ?? found?.status ?? "",
  );
}

interface ErrorBody {
  readonly message?: string;
  readonly status?: string;
  readonly errors?: readonly Reason[];
}

function parsed(text: string): ErrorBody | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: ErrorBody | string };
    return typeof error === "string" ? { message: error } : error;
  } catch {
    return undefined;
  }
}
