/** What may go wrong while talking to a server, and whether another try can help. @module */

const RETRIED = new Set([408, 425, 429, 500, 502, 503, 504]);
const LONGEST_WAIT_MS = 60_000;

/** A failed request. */
export class Fault extends Error {
  override readonly name = "Fault";
  /** True where asking again gives the same answer. */
  readonly isFinal: boolean;
  readonly #waitMs: number;

  constructor(
    message: string,
    { isFinal = false, waitMs = 0, cause }: {
      readonly isFinal?: boolean;
      readonly waitMs?: number;
      readonly cause?: unknown;
    } = {},
  ) {
    super(message, { cause });
    this.isFinal = isFinal;
    this.#waitMs = Math.min(waitMs, LONGEST_WAIT_MS);
  }

  /** Waits as long as the server asked for, or until `signal` aborts. */
  pause(signal: AbortSignal | undefined): Promise<void> {
    if (this.#waitMs === 0 || signal?.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(end, this.#waitMs);
      signal?.addEventListener("abort", end, { once: true });
      function end() {
        clearTimeout(timer);
        signal?.removeEventListener("abort", end);
        resolve();
      }
    });
  }
}

/** The fault that an answer other than 2xx stands for. */
export function faultOfStatus(response: Response): Fault {
  const { status, statusText } = response;
  const answer = `the server answered ${status} ${statusText}`.trim();
  const isFinal = !RETRIED.has(status);
  return new Fault(`${answer}${mend(status)}`, { isFinal, waitMs: retryAfterMs(response) });
}

function mend(status: number): string {
  if (status === 401 || status === 403) return "; does it need a login?";
  if (status === 404 || status === 410) return "; check the address";
  return "";
}

/** `Retry-After` is seconds or a date. */
function retryAfterMs({ headers }: Response): number {
  const text = headers.get("retry-after");
  if (text === null) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
