/** Times a command from its start to its end, and takes the peak memory of its process tree: so rarely that it
 *  takes nothing from what is timed, as the system keeps each process's own peak. @module */
import { readdirSync, readFileSync } from "node:fs";

export interface Command {
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** False where its memory does not count: looking at it takes a processor from what is measured. */
  readonly watchesMemory?: boolean;
}

export interface Measurement {
  readonly seconds: number;
  /** The largest sum of what the process and all below it that lived at one time have each held at most of
   *  resident memory, in MB (10⁶ bytes): no less than what they held together. Undefined where memory was not
   *  watched. */
  readonly peakMb: number | undefined;
  readonly stdout: string;
}

/** The pause between samples, and between the first ones: a command may last no longer than one. */
const SAMPLE_MS = 100;
const FIRST_SAMPLE_MS = 15;
const FIRST_SAMPLES = 6;
/** A look at all processes of the machine costs as much as many samples of a tree: one is taken at each of the
 *  first samples, and then at every so manieth. */
const SAMPLES_A_LOOK = 5;

/** Runs `command` to its end.
 *
 * @throws {Error} when it does not exit with 0; the message ends with what it printed. */
export async function measure(
  { args, cwd, env, watchesMemory = true }: Command,
): Promise<Measurement> {
  const [program, ...rest] = args;
  const started = performance.now();
  const process = new Deno.Command(program!, {
    args: rest,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  }).spawn();
  let peakBytes = 0;
  let tree: readonly number[] = [];
  let samples = 0;
  const sample = () => {
    const isFirst = samples < FIRST_SAMPLES;
    if (isFirst || samples % SAMPLES_A_LOOK === 0) tree = processTree(process.pid);
    samples++;
    peakBytes = Math.max(peakBytes, tree.reduce((sum, pid) => sum + ownPeakBytes(pid), 0));
    sampling = setTimeout(sample, isFirst ? FIRST_SAMPLE_MS : SAMPLE_MS);
  };
  let sampling = watchesMemory ? setTimeout(sample, FIRST_SAMPLE_MS) : undefined;
  const { code, stdout, stderr } = await process.output();
  const seconds = (performance.now() - started) / 1000;
  clearTimeout(sampling);
  const text = new TextDecoder().decode(stdout);
  if (code !== 0) {
    const said = `${text}\n${new TextDecoder().decode(stderr)}`.trim().slice(-2000);
    throw new Error(`\`${args.join(" ")}\` exited with ${code}:\n${said}`);
  }
  return { seconds, peakMb: watchesMemory ? peakBytes / 1e6 : undefined, stdout: text };
}

/** The numbers of `root` and every process below it; of none where /proc is not there. */
export function processTree(root: number): readonly number[] {
  const stats = processFolders().flatMap((entry) => readStat(entry) ?? []);
  const below = Map.groupBy(stats, ({ parent }) => parent);
  const found = stats.filter(({ pid }) => pid === root).map(({ pid }) => pid);
  for (const pid of found) found.push(...(below.get(pid) ?? []).map((stat) => stat.pid));
  return found;
}

function processFolders(): string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

/** Field 4 (parent) of proc(5)'s `stat`; undefined where the process has gone. */
function readStat(entry: string) {
  try {
    const text = readFileSync(`/proc/${entry}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { pid: Number(entry), parent: Number(fields[1]) };
  } catch {
    return undefined;
  }
}

/** `VmHWM` of proc(5)'s `status`; 0 where the process has gone. */
function ownPeakBytes(pid: number): number {
  try {
    const [, kibibytes] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))!;
    return Number(kibibytes) * 1024;
  } catch {
    return 0;
  }
}
