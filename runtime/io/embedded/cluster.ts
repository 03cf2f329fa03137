/** One Postgres cluster on disk: made once, started, looked at, stopped.
 *  Callers hold the project's gate, so that one process at a time does any of it. @module */
import { join } from "../../context/paths.ts";
import type { Place } from "./place.ts";

/** The cluster's own superuser; the users of profiles are made beside it. */
export const ADMIN = "sluice_admin";
const STOP_TIMEOUT_MS = 10_000;
const START_TIMEOUT_MS = 60_000;
const POLL_MS = 10;

/** A postmaster as its pid file tells of it. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly status: string;
}

/** Makes the cluster, unless it is there; its superuser gets `password`. */
export async function makeCluster(place: Place, native: string, password: string): Promise<void> {
  const data = dataFolder(place);
  if (await isMade(data)) return;
  const secret = join(place.folder, "password");
  await Deno.remove(data, { recursive: true }).catch(() => {});
  await Deno.mkdir(data, { mode: 0o700 });
  await Deno.writeTextFile(secret, password, { mode: 0o600 });
  if (place.user) {
    await Deno.chown(data, place.user.uid, place.user.gid);
    await Deno.chown(secret, place.user.uid, place.user.gid);
  }
  try {
    const { code, stdout, stderr } = await command(place, join(native, "bin", "initdb"), [
      ...["-D", data, "-U", ADMIN, `--pwfile=${secret}`, "--auth=scram-sha-256", "--encoding=UTF8"],
      ...["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
      ...["--no-instructions", "--set", "timezone=UTC", "--set", "log_timezone=UTC"],
    ]).output();
    if (code !== 0) {
      throw new Error(new TextDecoder().decode(stderr.length ? stderr : stdout).trim());
    }
  } catch (cause) {
    await Deno.remove(data, { recursive: true }).catch(() => {});
    throw new Error(`Cannot make an embedded Postgres in ${place.folder}: ${cause}`, { cause });
  } finally {
    await Deno.remove(secret);
  }
  await Deno.writeTextFile(join(place.folder, "made"), "");
}

/** Starts the server on `port` of 127.0.0.1 and waits until it answers, crash recovery included. */
export async function startCluster(place: Place, native: string, port: number): Promise<void> {
  const log = join(place.folder, "log");
  await disownReusedPid(place);
  await Deno.writeTextFile(log, "");
  if (place.user) await Deno.chown(log, place.user.uid, place.user.gid);
  const pid = await spawnServer(place, log, join(native, "bin", "postgres"), [
    ...["-D", dataFolder(place), "-p", String(port)],
    ...["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    // one server without standbys: a table loaded in the transaction that makes it needs no WAL
    ...["-c", "wal_level=minimal", "-c", "max_wal_senders=0", "-c", "max_wal_size=4GB"],
    ...["-c", "shared_buffers=256MB", "-c", "fsync=on"],
    // what a load has written goes to disk meanwhile, so that its commit has less to wait for
    ...["-c", "backend_flush_after=1MB"],
  ]);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while ((await findPostmaster(place))?.status !== "ready") {
    if (!await isPostgres(pid, dataFolder(place)) || Date.now() > deadline) {
      const said = (await Deno.readTextFile(log)).trim().split("\n").slice(-5).join("\n");
      throw new Error(`The embedded Postgres in ${place.folder} did not start: ${said}`);
    }
    await pause();
  }
}

/** Stops the server, if it runs, ending its connections: fast first, at once where that takes too long. */
export async function stopCluster(place: Pick<Place, "folder">): Promise<void> {
  for (const signal of ["SIGINT", "SIGQUIT", "SIGKILL"] as const) {
    const running = await findPostmaster(place);
    if (running === undefined) return;
    try {
      Deno.kill(running.pid, signal);
    } catch (failure) {
      if (!(failure instanceof Deno.errors.NotFound)) throw failure;
    }
    const deadline = Date.now() + STOP_TIMEOUT_MS;
    while (await findPostmaster(place) !== undefined && Date.now() < deadline) await pause();
  }
}

/** The cluster's postmaster, if one lives. */
export async function findPostmaster(
  place: Pick<Place, "folder">,
): Promise<Postmaster | undefined> {
  const text = await Deno.readTextFile(pidFile(place)).catch(() => undefined);
  const lines = text?.split("\n").map((line) => line.trim());
  const pid = Number(lines?.[0]);
  if (!lines || !(pid > 0) || !await isPostgres(pid, dataFolder(place))) return undefined;
  return { pid, port: Number(lines[3]), status: lines[7] ?? "starting" };
}

function dataFolder(place: Pick<Place, "folder">): string {
  return join(place.folder, "data");
}

function pidFile(place: Pick<Place, "folder">): string {
  return join(dataFolder(place), "postmaster.pid");
}

async function isMade(data: string): Promise<boolean> {
  return await Deno.stat(join(data, "..", "made")).then(() => true, () => false);
}

function command(place: Place, path: string, args: readonly string[]): Deno.Command {
  return new Deno.Command(path, {
    args: [...args],
    cwd: place.folder,
    clearEnv: true,
    env: { PATH: "/usr/bin:/bin", LC_ALL: "C" },
    ...(place.user ? { uid: place.user.uid, gid: place.user.gid } : {}),
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  });
}

/** A shell opens the log, starts the server in a session of its own (no Ctrl-C reaches it), tells its pid and ends. */
async function spawnServer(
  place: Place,
  log: string,
  path: string,
  args: readonly string[],
): Promise<number> {
  const script = 'log=$1; shift; "$@" </dev/null >>"$log" 2>&1 & echo $!';
  const { stdout, stderr } = await command(place, "/bin/sh", [
    ...["-c", script, "sh", log, path],
    ...args,
  ]).output();
  const pid = Number(new TextDecoder().decode(stdout));
  if (!(pid > 0)) throw new Error(`Cannot start ${path}: ${new TextDecoder().decode(stderr)}`);
  return pid;
}

/** Whether `pid` is a server of this cluster: after a crash or a reboot another process may have its number. */
async function isPostgres(pid: number, data: string): Promise<boolean> {
  if (Deno.build.os === "linux") {
    const line = await Deno.readTextFile(`/proc/${pid}/cmdline`).catch(() => "");
    // Nothing is there for a moment while one program takes the place of another.
    if (line === "") return await isAlive(pid);
    return line.split("\0").includes(data) || isJustForked(line, data);
  }
  const { stdout } = await new Deno.Command("/bin/ps", {
    args: ["-o", "command=", "-p", String(pid)],
  })
    .output();
  return new TextDecoder().decode(stdout).includes(data);
}

/** False too for a process that is dead, and whose end nobody has taken note of. */
async function isAlive(pid: number): Promise<boolean> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`).catch(() => undefined);
  return stat !== undefined && !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
}

/** The moment between fork and exec, in which the shell's own command line still shows. */
function isJustForked(line: string, data: string): boolean {
  return line.startsWith("/bin/sh\0") && line.includes(data);
}

/** Where another process has the pid that a dead postmaster left, Postgres would take it for a living one:
 *  a number that nobody can have goes in its place. The rest stays, by which Postgres finds orphans of its own. */
async function disownReusedPid(place: Place): Promise<void> {
  if (await findPostmaster(place) !== undefined) return;
  const text = await Deno.readTextFile(pidFile(place)).catch(() => undefined);
  if (text === undefined) return;
  await Deno.writeTextFile(pidFile(place), text.replace(/^\d+/, "2147483646"));
}

function pause(): Promise<void> {
  return new Promise((resume) => setTimeout(resume, POLL_MS));
}
