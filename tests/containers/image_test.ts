/** What the server's image does, without a container engine: the layer of dependencies is made by the
 *  Dockerfile's own command, beside the files that it copies, and the image's command and health check are
 *  called there, by a user without rights where that can be, and with nothing left to download from. @module */
import assert from "node:assert/strict";
import { dirname, join, resolve } from "node:path";

const root = resolve(import.meta.dirname!, "..", "..");
const dockerfile = await Deno.readTextFile(join(root, "Dockerfile"));
/** The image's own user, where the tests may become somebody else. */
const user = Deno.uid() === 0 ? { uid: 10001, gid: 10001 } : {};
const NOWHERE = "http://127.0.0.1:9";

/** The stage of that name, its lines joined. */
function stage(name: string): string {
  const [, text = ""] =
    new RegExp(`^FROM \\S+ AS ${name}\n([\\s\\S]*?)(?=^FROM |$(?![\\s\\S]))`, "m").exec(
      dockerfile,
    ) ??
      [];
  return text.replaceAll("\\\n", " ");
}

async function output(command: string, args: readonly string[], options: Deno.CommandOptions = {}) {
  const { code, stdout, stderr } = await new Deno.Command(command, { ...options, args: [...args] })
    .output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** What `COPY . .` takes: what is in git, without what .dockerignore names. */
async function copyContext(to: string): Promise<void> {
  const { stdout } = await output("git", ["ls-files", "-z"], { cwd: root });
  const ignored = (await Deno.readTextFile(join(root, ".dockerignore"))).split("\n").filter(
    Boolean,
  );
  const isIgnored = (path: string) =>
    ignored.some((name) => path === name || path.startsWith(`${name}/`));
  for (const path of stdout.split("\0").filter((path) => path !== "" && !isIgnored(path))) {
    await Deno.mkdir(dirname(join(to, path)), { recursive: true });
    await Deno.copyFile(join(root, path), join(to, path));
  }
}

/** A cache of its own for Deno, filled with the packages of this machine's. */
async function filledCache(folder: string): Promise<string> {
  const { stdout } = await output(Deno.execPath(), ["info", "--json"]);
  const { npmCache } = JSON.parse(stdout);
  await Deno.mkdir(folder);
  await output("cp", ["-al", npmCache, folder]);
  return folder;
}

/** The words of an instruction that is in JSON, as CMD is. */
function wordsOf(text: string, instruction: RegExp): string[] {
  return JSON.parse(text.match(instruction)?.[1] ?? "[]");
}

Deno.test("the server's image installs its packages, serves, is healthy, runs and ends", async () => {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice-image-" }));
  try {
    const app = join(folder, "sluice");
    await Deno.mkdir(app);
    await Deno.mkdir(join(folder, "bin"));
    // Where the other user can reach it, whatever the modes above Deno's own place.
    await Deno.copyFile(Deno.execPath(), join(folder, "bin", "deno"));
    for (const name of ["deno.json", "deno.lock"]) {
      await Deno.copyFile(join(root, name), join(app, name));
    }
    const cache = await filledCache(join(folder, "cache"));
    const environment = {
      PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
      HOME: folder,
      DENO_DIR: cache,
      DENO_NO_UPDATE_CHECK: "1",
      NO_COLOR: "1",
    };
    const [, run = ""] = /^RUN (.*)$/m.exec(stage("dependencies")) ?? [];
    assert.match(run, /^deno install --frozen/);
    const options = { cwd: app, env: environment, clearEnv: true };
    const installed = await output("sh", ["-euc", run], options);
    assert.equal(installed.code, 0, installed.stderr);
    const kept = await output("find", [cache, "-type", "f", "!", "-name", "registry.json"]);
    assert.equal(kept.stdout, "");
    await copyContext(app);
    if (user.uid !== undefined) await output("chown", ["-R", `${user.uid}:${user.gid}`, folder]);
    const offline = { HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE, NO_PROXY: "127.0.0.1" };
    await serves(app, { ...environment, ...offline });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

async function serves(app: string, environment: Record<string, string>): Promise<void> {
  const token = "t".repeat(32);
  const [program = "", ...args] = wordsOf(stage("server"), /^CMD (\[.*\])$/m)
    .map((word) => word === "6789" ? "0" : word);
  assert.equal(program, "deno");
  const options = { cwd: app, clearEnv: true, ...user };
  const server = new Deno.Command(join(dirname(app), "bin", program), {
    ...options,
    args,
    env: { ...environment, SLUICE_TOKEN: token, SLUICE_ALLOWED_HOSTS: "localhost,127.0.0.1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  try {
    const port = await portOf(server);
    const [check = "", ...rest] = wordsOf(stage("server"), /^HEALTHCHECK .*?CMD (\[.*\])$/m);
    assert.equal(check, "deno");
    const health = await output(
      join(dirname(app), "bin", check),
      rest.map((word) => word.replace("6789", port)),
      { ...options, env: environment },
    );
    assert.equal(health.code, 0, health.stderr);
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`http://127.0.0.1:${port}/api/pipelines`, { headers });
    assert.match(await answer.text(), /"name":"example_pipeline"/);
    const run = await output(
      join(dirname(app), "bin", "deno"),
      ["task", "run", "conditional_example", "--json"],
      { ...options, env: environment },
    );
    assert.equal(JSON.parse(run.stdout).status, "completed", run.stderr);
  } finally {
    server.kill("SIGTERM");
    const { code, stderr } = await server.output();
    assert.equal(code, 0);
    assert.doesNotMatch(new TextDecoder().decode(stderr), /Download/);
  }
}

/** The port that the server prints once it listens. */
async function portOf(server: Deno.ChildProcess): Promise<string> {
  let said = "";
  for await (const chunk of server.stdout.values({ preventCancel: true })) {
    said += new TextDecoder().decode(chunk);
    const [, port] = /at http:\/\/\S+?:(\d+)\//.exec(said) ?? [];
    if (port !== undefined) return port;
  }
  throw new Error(`the server ended: ${said}`);
}
