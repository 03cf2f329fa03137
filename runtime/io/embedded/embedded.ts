/** A real Postgres of the project's own, started by its first user and stopped by its last. @module */
import { join } from "../../context/paths.ts";
import { findBinaries, placeBinaries } from "./binaries.ts";
import { ADMIN, findPostmaster, makeCluster, startCluster, stopCluster } from "./cluster.ts";
import { Lease, throughGate, tryWatch } from "./lease.ts";
import { findPlace, type Place, stateFolder } from "./place.ts";

const START_ATTEMPTS = 3;

/** Where the server listens and how its superuser gets in. */
export interface EmbeddedAddress {
  readonly host: "127.0.0.1";
  readonly port: number;
  readonly admin: string;
  readonly adminPassword: string;
}

/** A hold on the project's server. */
export class EmbeddedServer {
  readonly #projectFolder: string;
  readonly #lease: Lease;

  private constructor(projectFolder: string, lease: Lease) {
    this.#projectFolder = projectFolder;
    this.#lease = lease;
  }

  /** Takes a lease on the project's server; the first to do so makes it and starts it.
   *
   * @example
   * ```ts
   * const project = await Deno.makeTempDir();
   * const server = await EmbeddedServer.lease(project);
   * console.log((await server.address()).port);
   * await server.close();
   * await EmbeddedServer.remove(project);
   * await Deno.remove(project, { recursive: true });
   * ``` */
  static async lease(projectFolder: string): Promise<EmbeddedServer> {
    const folder = await Deno.realPath(projectFolder);
    await Deno.mkdir(stateFolder(folder), { recursive: true });
    return new EmbeddedServer(folder, await Lease.take(stateFolder(folder)));
  }

  /** Where the server answers now; it is started if it does not run. */
  async address(): Promise<EmbeddedAddress> {
    const state = stateFolder(this.#projectFolder);
    return await throughGate(state, async () => {
      const place = await findPlace(this.#projectFolder);
      const adminPassword = await password(state);
      const port = await runningPort(place) ?? await start(place, adminPassword);
      await watch(place);
      return { host: "127.0.0.1", port, admin: ADMIN, adminPassword };
    });
  }

  /** Calls `work` while no other process changes the server's users and databases. */
  async alone<Result>(work: () => Promise<Result>): Promise<Result> {
    return await throughGate(stateFolder(this.#projectFolder), work);
  }

  /** Gives the lease up; the last user's call returns when the server has stopped. */
  async close(): Promise<void> {
    await this.#lease.release(async () => {
      await stopCluster(await findPlace(this.#projectFolder));
    });
  }

  /** Stops the project's server, whoever uses it, and removes all that it keeps. */
  static async remove(projectFolder: string): Promise<void> {
    const folder = await Deno.realPath(projectFolder);
    const state = stateFolder(folder);
    if (await Deno.stat(state).catch(() => undefined) === undefined) return;
    await throughGate(state, async () => {
      const place = await findPlace(folder);
      await stopCluster(place);
      if (place.folder !== state) await Deno.remove(place.folder, { recursive: true });
      await Deno.remove(state, { recursive: true });
    });
  }
}

async function runningPort(place: Place): Promise<number | undefined> {
  const found = await findPostmaster(place);
  if (found?.status === "ready") return found.port;
  // starting or stopping since a process that was killed: begin anew
  if (found) await stopCluster(place);
  return undefined;
}

async function start(place: Place, adminPassword: string): Promise<number> {
  const binaries = await findBinaries();
  const native = join(place.folder, `native-${binaries.version}`);
  await placeBinaries(binaries, native);
  await makeCluster(place, native, adminPassword);
  for (let attempt = 1;; attempt++) {
    const port = await choosePort(place.state);
    try {
      await startCluster(place, native, port);
      await Deno.writeTextFile(join(place.state, "port"), String(port));
      return port;
    } catch (failure) {
      // another process took the port between the two
      if (attempt === START_ATTEMPTS || !String(failure).includes("could not bind")) throw failure;
    }
  }
}

/** The port of the last time if it is free, so that other tools find the server again. */
async function choosePort(state: string): Promise<number> {
  const last = Number(await Deno.readTextFile(join(state, "port")).catch(() => "0"));
  for (const port of [last, 0]) {
    try {
      using listener = Deno.listen({ hostname: "127.0.0.1", port });
      return listener.addr.port;
    } catch (failure) {
      if (!(failure instanceof Deno.errors.AddrInUse)) throw failure;
    }
  }
  throw new Error("Cannot start an embedded Postgres: no port of 127.0.0.1 is free");
}

async function password(state: string): Promise<string> {
  const file = join(state, "password");
  const known = await Deno.readTextFile(file).catch(() => undefined);
  if (known) return known;
  const made = crypto.getRandomValues(new Uint8Array(24)).toHex();
  await Deno.writeTextFile(file, made, { mode: 0o600 });
  return made;
}

/** Starts the server's watcher, unless one lives. A compiled binary cannot run another module: there the
 *  server of a killed process goes on until the next start. */
async function watch(place: Place): Promise<void> {
  if (Deno.build.standalone) return;
  const free = await tryWatch(place.state);
  if (!free) return;
  free[Symbol.dispose]();
  const module = new URL("watch.ts", import.meta.url);
  const watcher = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--quiet",
      "--no-config",
      "--no-lock",
      module.href,
      place.state,
      place.folder,
    ],
    ...{ stdin: "null", stdout: "null", stderr: "null", detached: true },
    cwd: "/",
  }).spawn();
  watcher.unref();
}
