import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import { postgres } from "../../../mod.ts";
import { findPostmaster } from "../../../runtime/io/embedded/cluster.ts";
import { EmbeddedServer } from "../../../runtime/io/embedded/embedded.ts";
import { chooseUser, findPlace } from "../../../runtime/io/embedded/place.ts";
import { until } from "../../e2e/watching.ts";
import { inRun } from "../../services/postgres.ts";

const USER = fileURLToPath(new URL("user.ts", import.meta.url));

/** A project under a folder that only its owner may enter. */
async function makeProject(): Promise<string> {
  const closed = await Deno.makeTempDir({ prefix: "sluice-embedded-" });
  await Deno.chmod(closed, 0o700);
  const project = join(closed, "project");
  await Deno.mkdir(project);
  return project;
}

async function removeProject(project: string): Promise<void> {
  await EmbeddedServer.remove(project);
  await Deno.remove(dirname(project), { recursive: true });
}

/** For tests each of which leaves its server stopped: the first of them makes its cluster. */
const shared = await makeProject();
Deno.test.afterAll(() => removeProject(shared));

/** A process of its own that uses the project's server. */
async function startUser(project: string, ending = "close") {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", USER, project, ending],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const output = child.stdout.getReader();
  const port = Number(new TextDecoder().decode((await output.read()).value));
  return {
    port,
    async end() {
      await child.stdin.close();
      await output.cancel();
      return await child.status;
    },
    async kill(signal: Deno.Signal) {
      child.kill(signal);
      await child.status;
      await output.cancel();
      await child.stdin.close().catch(() => {});
    },
  };
}

async function running(project: string) {
  return await findPostmaster(await findPlace(await Deno.realPath(project)));
}

async function untilStopped(project: string): Promise<void> {
  await until(async () => await running(project) === undefined, "the server has stopped");
}

Deno.test("EmbeddedServer is started once by processes that come at once, and stopped by the last", async () => {
  const users = await Promise.all([startUser(shared), startUser(shared), startUser(shared)]);
  assert.equal(new Set(users.map(({ port }) => port)).size, 1);
  const first = await running(shared);
  assert.equal(first?.port, users[0]!.port);
  await users[0]!.end();
  await users[1]!.end();
  assert.equal((await running(shared))?.pid, first?.pid, "it runs for the last one");
  await users[2]!.end();
  assert.equal(await running(shared), undefined);
});

Deno.test("EmbeddedServer is stopped when its last user is killed or ends without a word", async () => {
  for (const signal of ["SIGKILL", "SIGINT", "SIGTERM"] as const) {
    const user = await startUser(shared);
    assert.notEqual(await running(shared), undefined);
    await user.kill(signal);
    await untilStopped(shared);
  }
  await (await startUser(shared, "hold")).end();
  await untilStopped(shared);
});

Deno.test("EmbeddedServer starts again after its postmaster was killed", async () => {
  const server = await EmbeddedServer.lease(shared);
  await server.address();
  const before = await running(shared);
  Deno.kill(before!.pid, "SIGKILL");
  await untilStopped(shared);
  const { port } = await server.address();
  const after = await running(shared);
  assert.notEqual(after!.pid, before!.pid);
  assert.equal(after!.port, port);
  await server.close();
  assert.equal(await running(shared), undefined);
});

Deno.test("EmbeddedServer starts where another process has a dead postmaster's pid", async () => {
  const server = await EmbeddedServer.lease(shared);
  await server.address();
  const place = await findPlace(await Deno.realPath(shared));
  const pidFile = join(place.folder, "data", "postmaster.pid");
  const text = await Deno.readTextFile(pidFile);
  Deno.kill((await running(shared))!.pid, "SIGKILL");
  await untilStopped(shared);
  await Deno.writeTextFile(pidFile, text.replace(/^\d+/, String(Deno.pid)));
  await server.address();
  assert.notEqual(await running(shared), undefined);
  await server.close();
});

Deno.test("postgres() makes an embedded profile's user, password and database", async () => {
  const profile = (name: string, password: string, database: string) =>
    `${name}:\n  POSTGRES_HOST: embedded\n  POSTGRES_USER: o'neil\n  POSTGRES_PASSWORD: ${password}\n` +
    `  POSTGRES_DBNAME: ${database}\n`;
  await Deno.writeTextFile(
    join(shared, "io_config.yaml"),
    profile("default", "first", "one") + profile("dev", "'second;'", "'two \"2\"'"),
  );
  await inRun(shared, async () => {
    const who = await postgres().query`select current_user as u, current_database() as d`;
    assert.deepEqual(who.get(0)!.toJSON(), { u: "o'neil", d: "one" });
    const other = await postgres("dev").query`select current_user as u, current_database() as d`;
    assert.deepEqual(other.get(0)!.toJSON(), { u: "o'neil", d: 'two "2"' });
    const settings = await postgres().query`
      select current_setting('fsync') as f, current_setting('listen_addresses') as l`;
    assert.deepEqual(settings.get(0)!.toJSON(), { f: "on", l: "127.0.0.1" });
    await postgres().execute`create table kept (n int)`;
    // the server goes away in the middle of a run: the next use starts it again
    Deno.kill((await running(shared))!.pid, "SIGKILL");
    await untilStopped(shared);
    await postgres().check().catch(() => {});
    assert.equal((await postgres().query`select * from kept`).numRows, 0);
  });
  assert.equal(await running(shared), undefined);
});

Deno.test("chooseUser() takes postgres, then nobody, then any user but root", async () => {
  const passwd = await Deno.makeTempFile();
  const lines = [
    "root:x:0:0::/root:/bin/sh",
    "daemon:x:1:1::/:/bin/sh",
    "nobody:x:65534:65534::/:/bin/sh",
    "postgres:x:70:70::/:/bin/sh",
  ];
  const choose = async (count: number) => {
    await Deno.writeTextFile(passwd, lines.slice(0, count).join("\n") + "\n");
    return (await chooseUser(passwd)).name;
  };
  assert.deepEqual([await choose(4), await choose(3), await choose(2)], [
    "postgres",
    "nobody",
    "daemon",
  ]);
  await assert.rejects(choose(1), /names no other user to run it/);
  await Deno.remove(passwd);
});

Deno.test({
  name: "EmbeddedServer runs for a user who is not root, its data in the project",
  // only root can become somebody else
  ignore: Deno.uid() !== 0,
  fn: async () => {
    const project = await Deno.makeTempDir({ prefix: "sluice-embedded-" });
    const { uid, gid, name } = await chooseUser();
    await Deno.chmod(project, 0o755);
    await Deno.chown(project, uid, gid);
    const repository = fileURLToPath(new URL("../../../", import.meta.url));
    const reaching = new Deno.Command("/bin/ls", { args: [repository], uid, gid, cwd: "/" });
    const deno = join(project, "deno");
    await Deno.copyFile(Deno.execPath(), deno);
    await Deno.chmod(deno, 0o755);
    try {
      if (!(await reaching.output()).success) {
        return console.log(`${name} may not read ${repository}: not tried`);
      }
      const { success } = await new Deno.Command(deno, {
        args: ["run", "-A", "--node-modules-dir=manual", USER, project],
        ...{ uid, gid, cwd: project, stdin: "null", stdout: "null", stderr: "inherit" },
        env: { DENO_DIR: join(project, ".deno"), HOME: project },
      }).output();
      assert.ok(success);
      assert.equal((await Deno.stat(join(project, ".sluice/postgres/data"))).uid, uid);
    } finally {
      // its watcher, which keeps its cache there, may still be on its way out
      while (!await Deno.remove(project, { recursive: true }).then(() => true, () => false));
    }
  },
});
