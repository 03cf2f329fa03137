/** What an executable does when it is started: a command, or a run that another process of it supervises.
 *  The entry that `compile` writes calls this with what it embeds. @module */
import {
  becomeExecutable,
  type EmbeddedPipeline,
  type Executable,
  EXECUTE_RUN,
} from "./context/executable.ts";
import { fromFileUrl } from "./context/file_url.ts";
import { exitWithProcess, isLimitedRun, startLimited } from "./limited_run.ts";

/** What the entry says of itself. */
export interface ExecutableEntry {
  /** Its own address. */
  readonly entry: string;
  /** The folder of the project that was embedded, from the entry. */
  readonly project: string;
  readonly pipelines: readonly EmbeddedPipeline[];
}

/** Does what the arguments say; the process has ended then, or is a run's. */
export async function runExecutable(
  { entry, project, pipelines }: ExecutableEntry,
): Promise<void> {
  becomeExecutable({
    entryFolder: folderOf(new URL("./", entry)),
    projectFolder: folderOf(new URL(project, entry)),
    pipelines,
    command: commandOf(entry),
  });
  const [first, permissions] = Deno.args;
  if (first !== EXECUTE_RUN) {
    const { main } = await import("./commands/main.ts");
    Deno.exit(await main(Deno.args));
  }
  const isLimited = permissions?.startsWith("{") === true;
  if (isLimited && !isLimitedRun()) return startLimited(entry, JSON.parse(permissions));
  if (isLimited) exitWithProcess();
  await import("./execute.ts");
}

/** As an executable it is a program by itself; its entry may as well be run by Deno. */
function commandOf(entry: string): Executable["command"] {
  if (Deno.build.standalone) return [Deno.execPath()];
  const flags = ["--allow-all", "--quiet", "--no-check", "--cached-only", "--no-remote"];
  return [Deno.execPath(), "run", ...flags, entry];
}

function folderOf(url: URL): string {
  return fromFileUrl(url).replace(/(?<=.)\/$/, "");
}
