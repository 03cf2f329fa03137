/** How the Deno process that executes a run is started. @module */
import type { Pipeline } from "../compile/pipeline.ts";
import { runningConfig } from "../compile/project_config.ts";
import { type Executable, executable, EXECUTE_RUN } from "../context/executable.ts";
import { packagesFolder } from "../io/files/native.ts";
import type { Permissions } from "../notebook/notebook.ts";
import { fromFileUrl } from "../context/file_url.ts";
import { spawnDetached } from "./spawn_detached.ts";
import { permissionFlags, processPermissions, runPermissions } from "./permissions.ts";

/** How a run's process is started. */
export interface Launch {
  /** The same for all runs that may be executed by one process. */
  readonly key: string;
  /** What the process may do, where that is limited. */
  readonly permissions: Permissions | undefined;
  /** @param isAhead whether it is started before there is an order for it */
  spawn(options: { readonly isAhead: boolean }): Deno.ChildProcess;
}

/** What of a run its process is started for. */
export interface Launched {
  readonly compiled: {
    readonly pipeline: Pick<Pipeline, "notebook" | "permissions">;
    readonly module: string;
  };
  readonly projectFolder: string;
  readonly isUnderServer: boolean;
}

const ENTRY = new URL("../execute.ts", import.meta.url);
const SLUICE_ROOT = new URL("../../", import.meta.url);

/** The process for such a run. It is in a process group of its own, so that Ctrl-C in a terminal reaches
 *  only its supervisor, which then cancels it. */
export async function launchFor(
  run: Launched,
  { maxHeapMb }: { readonly maxHeapMb: number | undefined },
): Promise<Launch> {
  const permissions = await runPermissions(run.compiled.pipeline, run);
  const made = executable();
  if (made) return ownLaunch(made, { run, permissions });
  const heap = maxHeapMb === undefined ? [] : [`--v8-flags=--max-old-space-size=${maxHeapMb}`];
  const config = await runningConfig(run.projectFolder);
  const args = [
    "run",
    "--quiet",
    "--no-check",
    // Without it Deno parses at every start whatever may ever be imported: a quarter of a second.
    "--unstable-lazy-dynamic-imports",
    `--config=${config}`,
    ...heap,
    ...permissionFlags(permissions, placesOf(run)),
    ENTRY.href,
  ];
  return {
    // A process has the import map that it was started with.
    key: JSON.stringify([args, await Deno.readTextFile(config)]),
    permissions,
    spawn: ({ isAhead }) => spawnDetached(Deno.execPath(), isAhead ? [...args, "ahead"] : args),
  };
}

/** An executable starts itself, and the process limits itself: it takes no flags for that. */
function ownLaunch(
  { command: [program, ...first], projectFolder }: Executable,
  { run, permissions }: {
    readonly run: Launched;
    readonly permissions: Permissions | undefined;
  },
): Launch {
  const places = placesOf(run);
  const granted = processPermissions(permissions, {
    ...places,
    read: [...places.read, projectFolder, packagesFolder()],
  });
  const args = [...first, EXECUTE_RUN, ...granted ? [JSON.stringify(granted)] : []];
  return {
    key: JSON.stringify(args),
    permissions,
    spawn: ({ isAhead }) => spawnDetached(program, isAhead ? [...args, "ahead"] : args),
  };
}

function placesOf({ compiled: { pipeline, module }, projectFolder }: Launched) {
  const notebookFolder = pipeline.notebook.slice(0, pipeline.notebook.lastIndexOf("/"));
  const moduleFolder = module.slice(0, module.lastIndexOf("/"));
  return {
    read: [fromFileUrl(SLUICE_ROOT), notebookFolder, moduleFolder],
    write: [`${projectFolder}/.sluice`],
    // The server's address and token: with them a run could give itself what it was not given.
    hidden: [`${projectFolder}/.sluice/server.json`],
    notebookFolder,
  };
}
