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

/** What Deno says where it gets no answer: the words, what they mean, and whether another try is in vain. */
const REASONS: readonly (readonly [said: RegExp, reason: string, isFinal?: "final"])[] = [
  [/refused/, "the connection was refused; is the server running?"],
  [/dns|lookup/, "its host name cannot be found; check the spelling and the network"],
  [/certificate/, "the server's certificate is not trusted"],
  [/number of redirects/, "it redirects in a circle; check the address", "final"],
  [/redirect to a non http/, "it redirects to what is neither http nor https", "final"],
  [
    /port \d+ are blocked/,
    "its port is one that is never used for http; check the address",
    "final",
  ],
  [/version parsed|header parsed|content-length parsed/, "what answers does not speak HTTP"],
];

/** The fault that a `fetch` without an answer stands for; Deno tells why in words, there or in a cause. */
export function faultOfFetch(failure: TypeError): Fault {
  let text = "";
  for (let cause: unknown = failure; cause instanceof Error; cause = cause.cause) {
    text += ` ${cause.message.toLowerCase()}`;
  }
  const [, reason, isFinal] = REASONS.find(([said]) => said.test(text)) ?? [];
  return new Fault(reason ?? "the server closed the connection", {
    isFinal: isFinal !== undefined,
    cause: failure,
  });
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
  if (status < 400) return "; a file was expected";
  return "";
}

/** `Retry-After` is seconds or a date. */
function retryAfterMs({ headers }: Response): number {
  const text = headers.get("retry-after");
  if (text === null) return 0;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
