/** The command line under another program, which takes rights or room from it. @module */
import { CLI, type Finished, type Project } from "../commands/project_of.ts";

/** Calls `<wrapper…> deno run -A cli.ts <args…>` in the project and waits for its end. */
export async function callUnder(
  wrapper: readonly [string, ...string[]],
  project: Project,
  args: readonly string[],
): Promise<Finished> {
  const [command, ...rest] = wrapper;
  const { INIT_CWD: _folder, ...env } = Deno.env.toObject();
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [...rest, Deno.execPath(), "run", "-A", CLI, ...args],
    cwd: project.folder,
    env: { ...env, NO_COLOR: "1", INIT_CWD: project.folder },
    clearEnv: true,
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** Takes from root the right to write where the modes forbid it; nothing from others, who never had it. */
export const AS_PLAIN_USER: readonly [string, ...string[]] = Deno.uid() === 0
  ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search,-fowner"]
  : ["env"];

/** Lets no file grow beyond two megabytes: as a full disk does, but any user may ask for it. */
export const WITH_SMALL_FILES: readonly [string, ...string[]] = [
  "sh",
  "-c",
  `trap "" XFSZ; ulimit -f 4096; exec "$@"`,
  "sh",
];
