/** A clone in a folder that only its owner may enter, with nothing installed in it yet. @module */
import assert from "node:assert/strict";
import { dirname, join, resolve } from "node:path";
import { EmbeddedServer } from "../../runtime/io/embedded/embedded.ts";
import { passengersFile } from "./passengers.ts";

const root = resolve(import.meta.dirname!, "..", "..");

/** The repository's files as git knows them, those of the change at hand included. */
async function cloneInto(folder: string): Promise<void> {
  const { stdout } = await new Deno.Command("git", {
    args: ["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate"],
    cwd: root,
  }).output();
  for (const path of new TextDecoder().decode(stdout).trim().split("\n")) {
    await Deno.mkdir(dirname(join(folder, path)), { recursive: true });
    await Deno.copyFile(join(root, path), join(folder, path)).catch((cause) => {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    });
  }
}

async function run(clone: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "run", ...args, "--json"],
    cwd: clone,
    env: { NO_COLOR: "1", INIT_CWD: clone },
  }).output();
  const decoder = new TextDecoder();
  assert.equal(code, 0, decoder.decode(stdout) + decoder.decode(stderr));
  return JSON.parse(decoder.decode(stdout));
}

Deno.test("a clone that only its owner may enter runs its notebooks, embedded Postgres included", async () => {
  const closed = await Deno.makeTempDir({ prefix: "sluice-closed-" });
  await Deno.chmod(closed, 0o700);
  const clone = join(closed, "sluice");
  await cloneInto(clone);
  try {
    const source = await passengersFile(closed);
    const target = join(closed, "titanic_clean.csv");
    const vars = ["--var", `source=${source}`, "--var", `target=${target}`];
    assert.equal((await run(clone, ["example_pipeline", ...vars])).status, "completed");
    assert.equal((await run(clone, ["test_config"])).status, "completed");
  } finally {
    await EmbeddedServer.remove(clone);
    await Deno.remove(closed, { recursive: true });
  }
});
