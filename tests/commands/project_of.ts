/** A project in a temporary folder, and the real command line called in it as a process of its own. @module */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The command line's entry. */
export const CLI = fileURLToPath(new URL("../../runtime/cli.ts", import.meta.url));
const EACH = fileURLToPath(new URL("./call_each.ts", import.meta.url));

/** What a finished command left. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  /** The folder below the project that the person stands in. */
  readonly from?: string;
  readonly env?: Record<string, string>;
}

/** A project folder that is removed with its variable: `using project = projectOf({...})`. */
export interface Project extends Disposable {
  readonly folder: string;
  write(path: string, text: string): void;
  read(path: string): string;
  /** Starts `sluice …args`, as `deno task` would from the folder `from`. */
  start(args: readonly string[], options?: CallOptions): Deno.ChildProcess;
  /** Calls `sluice …args` and waits for its end. */
  call(args: readonly string[], options?: CallOptions): Promise<Finished>;
  /** Calls one after another in one process: many that are told something at once start no process each. */
  callEach(calls: readonly (readonly string[])[], options?: CallOptions): Promise<Finished[]>;
}

/** A project that holds `files` (path → text). */
export function projectOf(files: Readonly<Record<string, string>> = {}): Project {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "sluice_commands_" }));
  const write = (path: string, text: string) => {
    Deno.mkdirSync(dirname(join(folder, path)), { recursive: true });
    Deno.writeTextFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  const startFrom = (
    entry: string,
    args: readonly string[],
    { from = ".", env = {} }: CallOptions = {},
  ) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", entry, ...args],
      cwd: folder,
      env: { ...ownEnv(), NO_COLOR: "1", INIT_CWD: join(folder, from), ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  const finish = async (process: Deno.ChildProcess): Promise<Finished> => {
    const { code, stdout, stderr } = await process.output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  };
  return {
    folder,
    write,
    read: (path) => Deno.readTextFileSync(join(folder, path)),
    start: (args, options) => startFrom(CLI, args, options),
    call: (args, options) => finish(startFrom(CLI, args, options)),
    async callEach(calls, options) {
      const { code, stdout, stderr } = await finish(
        startFrom(EACH, [JSON.stringify(calls)], options),
      );
      if (code !== 0 || stderr !== "") throw new Error(`the calls ended with ${code}: ${stderr}`);
      return JSON.parse(stdout);
    },
    [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }),
  };
}

/** The environment without what a surrounding `deno task` or terminal put there. */
function ownEnv(): Record<string, string> {
  const { INIT_CWD: _folder, SLUICE_DEBUG: _debug, FORCE_COLOR: _colour, ...rest } = Deno.env
    .toObject();
  return rest;
}
