/** What the benchmark measures: contenders that do the same work, run in turn. @module */
import type { Bench } from "./bench.ts";
import { type Command, measure, type Measurement } from "./measure.ts";

export interface Contender {
  readonly name: string;
  readonly command: Command;
  /** Called before each round, outside the measured time. */
  readonly prepare?: () => Promise<void>;
  /** The seconds that count, where they are not those of the whole process. */
  readonly secondsOf?: (measurement: Measurement) => number;
  /** The megabytes that count, where the program tells them; undefined where it does not. */
  readonly peakMbOf?: (measurement: Measurement) => number | undefined;
}

export type Results = ReadonlyMap<string, Result>;

/** A figure that Sluice is to reach, and how to compute it from the results. */
export interface Goal {
  readonly text: string;
  readonly limit: number;
  /** The figure; undefined where a contender that it needs did not run. */
  readonly value: (results: Results) => number | undefined;
}

export interface Case {
  readonly name: string;
  readonly title: string;
  /** Prepares the rivals, servers and files of this case alone. */
  readonly contenders: (bench: Bench) => Promise<readonly Contender[]>;
  readonly goals: readonly Goal[];
}

export interface Result {
  readonly contender: string;
  readonly seconds: readonly number[];
  /** Empty where memory was not watched. */
  readonly peakMb: readonly number[];
}

/** Runs every contender once a round, in turn, after one round that is not counted. */
export async function runContenders(
  contenders: readonly Contender[],
  { rounds }: { readonly rounds: number },
): Promise<Results> {
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
      const peak = contender.peakMbOf?.(measurement) ?? measurement.peakMb;
      if (peak !== undefined) peakMb.get(contender.name)!.push(peak);
    }
  }
  return new Map(contenders.map(({ name }) => [name, {
    contender: name,
    seconds: seconds.get(name)!,
    peakMb: peakMb.get(name)!,
  }]));
}
