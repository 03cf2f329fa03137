/** The contenders that most cases share. @module */
import { join } from "node:path";
import type { Bench } from "./bench.ts";
import type { Contender } from "./case.ts";
import type { Measurement } from "./measure.ts";

/** The whole `deno task run --json` of a pipeline, as a person calls it. */
export function sluice(
  { root }: Bench,
  pipeline: string,
  { name = "Sluice", variables = {}, env = {} }: {
    readonly name?: string;
    readonly variables?: Readonly<Record<string, string>>;
    readonly env?: Readonly<Record<string, string>>;
  } = {},
): Contender {
  const vars = Object.entries(variables).flatMap(([key, value]) => ["--var", `${key}=${value}`]);
  return {
    name,
    command: {
      args: [Deno.execPath(), "task", "run", pipeline, ...vars, "--json"],
      cwd: root,
      env,
    },
  };
}

/** A program of this folder whose last line is JSON with the `seconds` that count, and `peakMb` where it looks
 *  at memory itself; from here it is not watched. */
export function figure(
  { root }: Bench,
  script: string,
  { name, args = [] }: { readonly name: string; readonly args?: readonly string[] },
): Contender {
  return {
    name,
    command: {
      args: [Deno.execPath(), "run", "-A", join(root, "tests", "bench", script), ...args],
      cwd: root,
      watchesMemory: false,
    },
    secondsOf: printedSeconds,
    peakMbOf: (measurement) => printed(measurement).peakMb,
  };
}

/** The `seconds` of the JSON that a program printed last. */
export function printedSeconds(measurement: Measurement): number {
  return printed(measurement).seconds;
}

function printed({ stdout }: Measurement): { readonly seconds: number; readonly peakMb?: number } {
  return JSON.parse(stdout.trimEnd().split("\n").at(-1)!);
}

/** A Python script of `rivals/`. */
export async function pythonRival(
  bench: Bench,
  script: string,
  { name, args }: { readonly name: string; readonly args: readonly string[] },
): Promise<Contender> {
  const path = join(bench.root, "tests", "bench", "rivals", script);
  return { name, command: { args: [await bench.python(), path, ...args] } };
}
