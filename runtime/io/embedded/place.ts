/** Where a project's embedded server lies and which system user runs it.
 *  Postgres refuses to run as root: then another user runs it, and its files lie under /var/lib, where
 *  that user can reach them whatever the modes above the project. @module */
import { basename, join } from "../../context/paths.ts";

/** The system user that runs the server; undefined where it is the one that runs Sluice. */
export interface SystemUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** The folders of one embedded server. */
export interface Place {
  /** In the project: locks and what is remembered of the server. */
  readonly state: string;
  /** Holds the cluster, the log and the binaries. */
  readonly folder: string;
  readonly user: SystemUser | undefined;
}

const ROOT_FOLDERS = ["/var/lib/sluice", "/var/tmp/sluice"];

/** The project's place, made if it is not there; callers hold the project's gate. */
export async function findPlace(projectFolder: string): Promise<Place> {
  const state = stateFolder(projectFolder);
  if (Deno.uid() !== 0) return { state, folder: state, user: undefined };
  const user = await chooseUser();
  const pointer = join(state, "place");
  const known = await Deno.readTextFile(pointer).catch(() => undefined);
  if (known !== undefined && await isOwnFolder(known)) return { state, folder: known, user };
  const folder = await makeRootFolder(projectFolder);
  await Deno.writeTextFile(pointer, folder);
  return { state, folder, user };
}

/** Where a project keeps the locks and the memory of its server. */
export function stateFolder(projectFolder: string): string {
  return join(projectFolder, ".sluice", "postgres");
}

/** The first of `postgres`, `nobody` and any other user but root that the machine knows. */
export async function chooseUser(passwd = "/etc/passwd"): Promise<SystemUser> {
  const users = (await Deno.readTextFile(passwd)).split("\n").flatMap((line) => {
    const [name, , uid, gid] = line.split(":");
    return name && Number(uid) > 0 ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
  const known = (name: string) => users.find((user) => user.name === name);
  const user = known("postgres") ?? known("nobody") ?? users[0];
  if (user === undefined) {
    throw new Error(
      `Cannot start an embedded Postgres as root: ${passwd} names no other user to run it; add one`,
    );
  }
  return user;
}

/** A new folder that only root can have made: a random name under a folder of root's own.
 *  What an earlier `.sluice` of the same project left there goes. */
async function makeRootFolder(projectFolder: string): Promise<string> {
  const prefix = `${basename(projectFolder)}-${await shortHash(projectFolder)}-`;
  const failures: unknown[] = [];
  for (const parent of ROOT_FOLDERS) {
    try {
      await Deno.mkdir(parent, { recursive: true, mode: 0o755 });
      if (!await isOwnFolder(parent)) throw new Error(`${parent} is not root's own folder`);
      await Deno.chmod(parent, 0o755);
      for await (const entry of Deno.readDir(parent)) {
        if (!entry.name.startsWith(prefix)) continue;
        await Deno.remove(join(parent, entry.name), { recursive: true });
      }
      const folder = join(parent, prefix + crypto.randomUUID().slice(0, 8));
      await Deno.mkdir(folder, { mode: 0o755 });
      await Deno.chmod(folder, 0o755);
      return folder;
    } catch (failure) {
      failures.push(failure);
    }
  }
  throw new Error(
    `Cannot start an embedded Postgres as root: neither ${
      ROOT_FOLDERS.join(" nor ")
    } can be written`,
    { cause: failures[0] },
  );
}

async function isOwnFolder(path: string): Promise<boolean> {
  const found = await Deno.lstat(path).catch(() => undefined);
  return found !== undefined && found.isDirectory && found.uid === 0 &&
    ((found.mode ?? 0) & 0o022) === 0;
}

async function shortHash(text: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(hash).toHex().slice(0, 12);
}
