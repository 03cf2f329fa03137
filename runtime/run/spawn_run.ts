/** Starts the Deno process that executes one run. @module */
import { runningConfig } from "../compile/project_config.ts";
import { fromFileUrl } from "./file_url.ts";
import { permissionFlags, runPermissions } from "./permissions.ts";
import type { RunOrder } from "./request.ts";

export interface RunProcess {
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly status: Promise<Deno.CommandStatus>;
  /** Asks it to abort its blocks and end. */
  cancel(): void;
  /** Ends it at once. */
  kill(): void;
}

export interface SpawnOptions {
  readonly maxHeapMb: number | undefined;
  /** Awaited before the process is told anything. */
  readonly onSpawn?: ((pid: number) => Promise<void>) | undefined;
}

const ENTRY = new URL("../execute.ts", import.meta.url);
const SLUICE_ROOT = new URL("../../", import.meta.url);

/** Starts the process and hands it the order. It is in a process group of its own, so that Ctrl-C in a
 *  terminal reaches only its supervisor, which then cancels it. */
export async function spawnRun(
  order: RunOrder,
  { maxHeapMb, onSpawn = () => Promise.resolve() }: SpawnOptions,
): Promise<RunProcess> {
  const heap = maxHeapMb === undefined ? [] : [`--v8-flags=--max-old-space-size=${maxHeapMb}`];
  const permissions = await runPermissions(order.compiled.pipeline, order);
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-check",
      // Without it Deno parses at every start whatever may ever be imported: a quarter of a second.
      "--unstable-lazy-dynamic-imports",
      `--config=${await runningConfig(order.projectFolder)}`,
      ...heap,
      ...permissionFlags(permissions, placesOf(order)),
      ENTRY.href,
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
  await onSpawn(child.pid);
  void send(child, JSON.stringify({ ...order, permissions }));
  return {
    stdout: child.stdout,
    stderr: child.stderr,
    status: child.status,
    cancel: () => signal(child, "SIGTERM"),
    kill: () => signal(child, "SIGKILL"),
  };
}

function placesOf({ compiled: { pipeline, module }, projectFolder }: RunOrder) {
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

/** A process that dies before it has read the order is told of by its status. */
async function send(child: Deno.ChildProcess, text: string): Promise<void> {
  try {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

/** It may have ended by itself just now. */
function signal(child: Deno.ChildProcess, name: Deno.Signal): void {
  try {
    child.kill(name);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}
