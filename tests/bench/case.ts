/** What the benchmark measures: contenders that do the same work, run in turn. @module */
import { type Command, measure, type Measurement } from "./measure.ts";

export interface Contender {
  readonly name: string;
  readonly command: Command;
  /** Called before each round, outside the measured time. */
  readonly prepare?: () => Promise<void>;
  /** The seconds that count, where they are not those of the whole process. */
  readonly secondsOf?: (measurement: Measurement) => number;
}

/** A figure that Sluice is to reach, and how to compute it from the results. */
export interface Goal {
  readonly text: string;
  readonly limit: number;
  readonly value: (results: ReadonlyMap<string, Result>) => number | undefined;
}

export interface Case {
  readonly name: string;
  readonly title: string;
  readonly contenders: readonly Contender[];
  readonly goals: readonly Goal[];
}

export interface Result {
  readonly contender: string;
  readonly seconds: readonly number[];
  readonly peakMb: readonly number[];
}

/** Runs every contender of a case once a round, in turn, after one round that is not counted. */
export async function runCase(
  { contenders }: Case,
  { rounds }: { readonly rounds: number },
): Promise<ReadonlyMap<string, Result>> {
  const seconds = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  const peakMb = new Map(contenders.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const contender of contenders) {
      await contender.prepare?.();
      const measurement = await measure(contender.command);
      if (round === 0) continue;
      seconds.get(contender.name)!.push(
        contender.secondsOf?.(measurement) ?? measurement.seconds,
      );
      peakMb.get(contender.name)!.push(measurement.peakMb);
    }
  }
  return new Map(contenders.map(({ name }) => [name, {
    contender: name,
    seconds: seconds.get(name)!,
    peakMb: peakMb.get(name)!,
  }]));
}

/** The middle value of an odd count, the mean of the two in the middle of an even one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? sorted[middle]!
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

/** Median seconds of `contender` as a share of those of `rival`; undefined where one did not run. */
export function ratio(contender: string, rival: string): Goal["value"] {
  return (results) => {
    const mine = results.get(contender);
    const theirs = results.get(rival);
    return mine && theirs ? median(mine.seconds) / median(theirs.seconds) : undefined;
  };
}
