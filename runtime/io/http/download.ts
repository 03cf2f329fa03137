/** Fetches a URL into a local file: retried, resumed where the server allows it, checked for length.
 *  Knows nothing of what the bytes mean. @module */
import pRetry, { AbortError } from "p-retry";
import { currentScope } from "../../context/scope.ts";
import { displayUrl } from "./display_url.ts";
import { Fault, faultOfFetch, faultOfStatus } from "./fault.ts";
import { type Part, saveBody } from "./save_body.ts";

export interface DownloadOptions {
  /** Sent with every request, for example an authorization. */
  readonly headers?: Readonly<Record<string, string>>;
  /** How many requests in all before it gives up; 5 by default. A resumed one that brought a
   *  megabyte or more is not counted. */
  readonly attempts?: number;
  /** The first pause before another try, doubled each time; 500 ms by default. */
  readonly retryDelayMs?: number;
  /** How long no byte may come before the connection is given up; 30 s by default. */
  readonly stallTimeoutMs?: number;
}

const ADVANCE = 2 ** 20;
const LONGEST_PAUSE_MS = 30_000;

/** Downloads `url` into `file`, made or overwritten, and gives its size in bytes.
 *
 * @throws {Error} what the server answered, or why the connection failed after every attempt. */
export async function download(
  url: URL,
  file: string,
  { headers = {}, attempts = 5, retryDelayMs = 500, stallTimeoutMs = 30_000 }: DownloadOptions = {},
): Promise<number> {
  const signal = currentScope()?.run.signal;
  const part: Part = { received: 0, total: undefined, validator: undefined };
  let before = 0;
  let made = 0;
  const attempt = async () => {
    before = part.received;
    made++;
    await request(url, file, part, { headers, stallTimeoutMs, signal });
  };
  try {
    await pRetry(attempt, {
      retries: attempts - 1,
      minTimeout: retryDelayMs,
      maxTimeout: LONGEST_PAUSE_MS,
      signal,
      shouldConsumeRetry: () => !part.validator || part.received - before < ADVANCE,
      onFailedAttempt: ({ error, retriesLeft }) => {
        if (retriesLeft > 0 && error instanceof Fault) return error.pause(signal);
      },
    });
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    if (!(cause instanceof Fault)) throw cause;
    const tries = cause.isFinal || made === 1 ? "" : ` (tried ${made} times${arrived(part)})`;
    throw new Error(`Cannot read ${displayUrl(url)}: ${cause.message}${tries}`, { cause });
  }
  return part.received;
}

/** One request, from where the last one ended if the server can prove that the file is the same. */
async function request(
  url: URL,
  file: string,
  part: Part,
  { headers, stallTimeoutMs, signal }: {
    readonly headers: Readonly<Record<string, string>>;
    readonly stallTimeoutMs: number;
    readonly signal: AbortSignal | undefined;
  },
): Promise<void> {
  const stall = new Stall(stallTimeoutMs);
  try {
    const sent = new Headers({ "accept-encoding": "identity", ...headers });
    if (part.received > 0 && part.validator) {
      sent.set("range", `bytes=${part.received}-`);
      sent.set("if-range", part.validator);
    } else part.received = 0;
    const signals = signal ? [signal, stall.signal] : [stall.signal];
    const response = await fetch(url, { headers: sent, signal: AbortSignal.any(signals) });
    await saveBody(response, file, part, { url, onBytes: () => stall.put() });
  } catch (cause) {
    const fault = signal?.aborted ? signal.reason : stall.fault ?? faultOf(cause, part);
    if (fault instanceof Fault && !fault.isFinal) throw fault;
    throw new AbortError(fault);
  } finally {
    stall.end();
  }
}

/** A clock that every arriving byte sets back. */
class Stall {
  readonly #controller = new AbortController();
  readonly #timeoutMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  fault: Fault | undefined;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
    this.put();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  put(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.fault = new Fault(`the server sent nothing for ${this.#timeoutMs / 1000} s`);
      this.#controller.abort(this.fault);
    }, this.#timeoutMs);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}

function faultOf(cause: unknown, part: Part): unknown {
  if (cause instanceof Fault) return cause;
  if (cause instanceof Response) return faultOfStatus(cause);
  if (!(cause instanceof TypeError)) return cause;
  const isMidway = part.received > 0;
  return isMidway ? new Fault("the connection broke off", { cause }) : faultOfFetch(cause);
}

function arrived({ received, total }: Part): string {
  return received === 0 ? "" : `, ${received} ${total ? `of ${total} ` : ""}bytes had arrived`;
}
