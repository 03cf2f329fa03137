/** A Postgres of the suite's own whose files lie in memory, where a database is made and dropped in a fifth of
 *  the time that a disk takes: each test has one. It is the same server, and it ends and goes with the suite.
 *  @module */
import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { EmbeddedServer } from "../../runtime/io/embedded/embedded.ts";
import { stateFolder } from "../../runtime/io/embedded/place.ts";
import { addressOf, isAlive, type PostgresServer } from "./postgres.ts";

/** Linux's folder in memory. */
const MEMORY = "/dev/shm";
const PREFIX = "sluice-tests-";
/** Several times what the suite fills at once. */
const NEEDED_BYTES = 4e9;

/** Starts it; undefined where the machine has no such folder or too little memory. */
export async function startPostgresInMemory(): Promise<PostgresServer | undefined> {
  if (Deno.build.os !== "linux") return undefined;
  const free = await statfs(MEMORY).then(({ bavail, bsize }) => bavail * bsize, () => 0);
  if (free < NEEDED_BYTES) return undefined;
  await removeLeftovers();
  const project = await makeProject();
  const server = await EmbeddedServer.lease(project);
  return {
    url: addressOf(await server.address()),
    async stop() {
      await server.close();
      await remove(project);
    },
  };
}

/** A project whose server lies in it, whoever runs it: else root's would lie on the disk. */
async function makeProject(): Promise<string> {
  const project = await Deno.makeTempDir({ dir: MEMORY, prefix: `${PREFIX}${Deno.pid}-` });
  if (Deno.uid() !== 0) return project;
  const cluster = join(project, "cluster");
  await Deno.mkdir(cluster);
  await Deno.mkdir(stateFolder(project), { recursive: true });
  await Deno.writeTextFile(join(stateFolder(project), "place"), cluster);
  // another user runs it, who must come as far as there
  for (const folder of [project, cluster]) await Deno.chmod(folder, 0o755);
  return project;
}

/** Those of suites that were killed. */
async function removeLeftovers(): Promise<void> {
  for await (const { name } of Deno.readDir(MEMORY)) {
    const [, pid] = new RegExp(`^${PREFIX}(\\d+)-`).exec(name) ?? [];
    if (pid !== undefined && !isAlive(Number(pid))) await remove(join(MEMORY, name));
  }
}

async function remove(project: string): Promise<void> {
  await EmbeddedServer.remove(project);
  await Deno.remove(project, { recursive: true });
}
