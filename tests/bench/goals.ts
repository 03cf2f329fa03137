/** Figures computed from a case's results, and whether they reach their goals. @module */
import type { Goal, Result, Results } from "./case.ts";

/** The middle value of an odd count, the mean of the two in the middle of an even one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** The median time of `work`, called in turn after one call that is not counted. */
export async function medianSeconds(
  times: number,
  work: (at: number) => Promise<unknown>,
): Promise<number> {
  const seconds: number[] = [];
  for (let at = 0; at <= times; at++) {
    const started = performance.now();
    await work(at);
    if (at > 0) seconds.push((performance.now() - started) / 1000);
  }
  return median(seconds);
}

/** Median seconds of `contender` as a share of those of `rival`. */
export function ratio(contender: string, rival: string): Goal["value"] {
  return growth(rival, contender, "seconds");
}

/** How many times the median of `from` that of `to` is, in seconds or peak memory. */
export function growth(from: string, to: string, of: "seconds" | "peakMb"): Goal["value"] {
  return withResults([from, to], (first, second) => median(second![of]) / median(first![of]));
}

/** Median seconds of `contender`. */
export function secondsOf(contender: string): Goal["value"] {
  return withResults([contender], (result) => median(result!.seconds));
}

/** The largest memory of `contender` in any round, in MB (10⁶ bytes); NaN, which misses every goal, where
 *  it was not watched. */
export function peakOf(contender: string): Goal["value"] {
  return withResults(
    [contender],
    (result) => result!.peakMb.length === 0 ? NaN : Math.max(...result!.peakMb),
  );
}

/** A figure of the contenders named; undefined where one of them did not run. */
export function withResults(
  contenders: readonly string[],
  figure: (...results: Result[]) => number,
): Goal["value"] {
  return (results) => {
    const found = contenders.map((name) => results.get(name)).filter((result) => !!result);
    return found.length === contenders.length ? figure(...found) : undefined;
  };
}

/** The goals that the results miss, or that could not be measured. */
export function missedGoals(goals: readonly Goal[], results: Results): readonly Goal[] {
  return goals.filter((goal) => !((goal.value(results) ?? NaN) <= goal.limit));
}
