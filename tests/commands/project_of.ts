/** A project in a temporary folder, and the real command line called in it as a process of its own. @module */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The command line's entry. */
export const CLI = fileURLToPath(new URL("../../runtime/cli.ts", import.meta.url));

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
}

/** A project that holds `files` (path → text). */
export function projectOf(files: Readonly<Record<string, string>> = {}): Project {
  const folder = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "sluice_commands_" }));
  const write = (path: string, text: string) => {
    Deno.mkdirSync(dirname(join(folder, path)), { recursive: true });
    Deno.writeTextFileSync(join(folder, path), text);
  };
  for (const [path, text] of Object.entries(files)) write(path, text);
  const start = (args: readonly string[], { from = ".", env = {} }: CallOptions = {}) =>
    new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", CLI, ...args],
      cwd: folder,
      env: { ...ownEnv(), NO_COLOR: "1", INIT_CWD: join(folder, from), ...env },
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  return {
    folder,
    write,
    read: (path) => Deno.readTextFileSync(join(folder, path)),
    start,
    async call(args, options) {
      const { code, stdout, stderr } = await start(args, options).output();
      const decoder = new TextDecoder();
      return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
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
