/** How long a block waits before it is tried again. @module */
import type { Retry } from "../compile/pipeline.ts";

const LONGEST_MS = 24 * 60 * 60 * 1000;

/** The wait after `attempt` (from 1) failed, in milliseconds; undefined when no try is left.
 *  Exponential doubles with every try, up to a day.
 *
 * @example
 * ```ts
 * import { retryDelayMs } from "./retry_delay.ts";
 * const retry = { attempts: 3, delayMs: 1000, backoff: "exponential" } as const;
 * console.log([1, 2, 3].map((attempt) => retryDelayMs(retry, attempt))); // [1000, 2000, undefined]
 * ``` */
export function retryDelayMs(retry: Retry, attempt: number): number | undefined {
  if (attempt >= retry.attempts) return undefined;
  const factor = retry.backoff === "exponential" ? 2 ** (attempt - 1) : 1;
  return Math.min(retry.delayMs * factor, LONGEST_MS);
}
