/** Times a command from its start to its end, and takes the peak memory of its process tree. @module */
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
  /** The largest sum of the resident sets of the process and all below it, in MB (10⁶ bytes); undefined
   *  where memory was not watched. */
  readonly peakMb: number | undefined;
  readonly stdout: string;
}

const SAMPLE_MS = 15;
/** How many samples are taken of the processes that one look at the whole machine found: that look costs as
 *  much as all samples of a tree together. */
const SAMPLES_A_LOOK = 10;
const PAGE_BYTES = 4096;

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
    if (samples++ % SAMPLES_A_LOOK === 0) tree = processTree(process.pid);
    const bytes = tree.reduce((sum, pid) => sum + (readStat(`${pid}`)?.residentBytes ?? 0), 0);
    peakBytes = Math.max(peakBytes, bytes);
  };
  const sampling = watchesMemory ? setInterval(sample, SAMPLE_MS) : undefined;
  const { code, stdout, stderr } = await process.output();
  const seconds = (performance.now() - started) / 1000;
  clearInterval(sampling);
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

/** Fields 4 (parent) and 24 (resident pages) of proc(5)'s `stat`; undefined where the process has gone. */
function readStat(entry: string) {
  try {
    const text = readFileSync(`/proc/${entry}/stat`, "utf8");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return {
      pid: Number(entry),
      parent: Number(fields[1]),
      residentBytes: Number(fields[21]) * PAGE_BYTES,
    };
  } catch {
    return undefined;
  }
}
