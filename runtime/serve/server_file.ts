/** `.sluice/server.json`: where the project's running server is found, and what keeps a second one away.
 *  The server holds a lock on the file; the system gives it back however the process ends, `kill -9`
 *  included, so that an old file never looks like a server. @module */
import { join } from "node:path";

/** How a running server is reached. */
export interface RunningServer {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
}

/** The project's place for a server, held until it is disposed of. */
export interface HeldPlace extends Disposable {
  /** Writes down how the server is reached. */
  announce(server: RunningServer): void;
}

/** A server that is just starting has not written its address yet. */
const STARTING_MS = 2000;
const LOOK_AGAIN_MS = 20;

/** Holds the project's place for a server.
 *
 * @throws {Error} naming the server that holds it. */
export async function holdPlace(projectFolder: string): Promise<HeldPlace> {
  Deno.mkdirSync(join(projectFolder, ".sluice"), { recursive: true });
  const file = Deno.openSync(pathIn(projectFolder), {
    read: true,
    write: true,
    create: true,
    mode: 0o600,
  });
  if (!await file.tryLock(true)) {
    file.close();
    const server = await findServer(projectFolder);
    const named = server ? `one runs at ${server.url} (process ${server.pid})` : "one is starting";
    throw new Error(
      `Cannot start a second server on ${projectFolder}: ${named}; use it, or end it with ` +
        `kill ${server?.pid ?? "<pid>"}`,
    );
  }
  file.truncateSync();
  return {
    announce(server) {
      // Earlier versions of the file may have had another mode.
      Deno.chmodSync(pathIn(projectFolder), 0o600);
      file.truncateSync();
      file.seekSync(0, Deno.SeekMode.Start);
      file.writeSync(new TextEncoder().encode(JSON.stringify(server) + "\n"));
    },
    [Symbol.dispose]() {
      file.truncateSync();
      file.close();
    },
  };
}

/** The project's running server; undefined where none runs.
 *
 * @example
 * ```ts
 * import { findServer } from "./server_file.ts";
 * const folder = await Deno.makeTempDir();
 * console.log(await findServer(folder)); // undefined
 * await Deno.remove(folder, { recursive: true });
 * ``` */
export async function findServer(projectFolder: string): Promise<RunningServer | undefined> {
  const until = Date.now() + STARTING_MS;
  while (true) {
    const seen = await look(projectFolder);
    if (seen !== "starting") return seen;
    if (Date.now() > until) return undefined;
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

async function look(projectFolder: string): Promise<RunningServer | undefined | "starting"> {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(pathIn(projectFolder));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  try {
    // Shared: those that look do not stand in each other's way.
    if (await file.tryLock(false)) return undefined;
    const text = await new Response(file.readable).text();
    return text.endsWith("\n") ? JSON.parse(text) : "starting";
  } finally {
    close(file);
  }
}

/** Reading to its end has closed it already. */
function close(file: Deno.FsFile): void {
  try {
    file.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}

function pathIn(projectFolder: string): string {
  return join(projectFolder, ".sluice", "server.json");
}
