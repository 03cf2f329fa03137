/** What tests wait for in processes, instead of for time. @module */

/** How long a test waits before it calls a command hung: far more than any should take. */
const HUNG_MS = 60_000;

/** Between two looks. */
const LONGEST_PAUSE_MS = 100;

/** Waits until `condition` holds. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const end = AbortSignal.timeout(HUNG_MS);
  // Many looks ask a server or a database: they are rarer the longer there is nothing to see.
  for (let pauseMs = 10; !await condition(); pauseMs = Math.min(pauseMs * 1.3, LONGEST_PAUSE_MS)) {
    if (end.aborted) throw new Error(`waited too long until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

/** Reads a process's standard output until a line matches; goes on reading, so that the process can. */
export async function firstLine(
  process: Deno.ChildProcess,
  pattern: RegExp,
): Promise<RegExpExecArray> {
  void process.stderr.pipeTo(new WritableStream());
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let seen = "";
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    seen += read.value;
    const found = pattern.exec(seen);
    if (!found) continue;
    void drain(reader);
    return found;
  }
  throw new Error(`ended before it printed ${pattern}: ${seen}`);
}

async function drain(reader: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await reader.read()).done);
}

/** The processes on this machine that execute a run of the project. */
export function runProcesses(folder: string): number[] {
  return processesIn(folder, "execute.ts");
}

/** The processes on this machine that stand in the folder, as commands in it and what these start do; of them
 *  those whose command line holds `text`. */
export function processesIn(folder: string, text = ""): number[] {
  const { stdout } = new Deno.Command("ps", { args: ["-eo", "pid,args"] }).outputSync();
  return new TextDecoder().decode(stdout).split("\n")
    .filter((line) => line.includes(text))
    .map((line) => Number.parseInt(line))
    .filter((pid) => folderOf(pid)?.startsWith(folder));
}

/** Undefined for a process that is gone by now. */
function folderOf(pid: number): string | undefined {
  try {
    return Deno.readLinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined;
  }
}
