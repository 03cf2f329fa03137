/** `deno task kernel`: the kernelspec, and the Deno that it names. @module */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname!, "..", "..");

async function install(args: readonly string[], env: Record<string, string> = {}) {
  const ran = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(ROOT, "kernel", "install.ts"), ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1", INIT_CWD: ROOT, ...env },
  }).output();
  const decoder = new TextDecoder();
  return { code: ran.code, out: decoder.decode(ran.stdout), error: decoder.decode(ran.stderr) };
}

Deno.test("the kernel is installed below a prefix, with a Deno that lasts, and removed", async () => {
  const place = await Deno.makeTempDir({ prefix: "sluice-install-" });
  try {
    const folder = join(place, "share", "jupyter", "kernels", "sluice");
    const cache = join(place, "node_modules", ".bin");
    await Deno.mkdir(cache, { recursive: true });
    await Deno.symlink(Deno.execPath(), join(cache, "deno"));
    assert.equal((await install(["--prefix", place], { PATH: cache })).code, 0);
    const spec = JSON.parse(await Deno.readTextFile(join(folder, "kernel.json")));
    assert.equal(spec.display_name, "Deno (Sluice)");
    assert.equal(spec.interrupt_mode, "message");
    assert.ok(!spec.argv[0].includes("node_modules"), spec.argv[0]);
    const named = await new Deno.Command(spec.argv[0], { args: ["--version"] }).output();
    assert.match(new TextDecoder().decode(named.stdout), /^deno 2\./);
    assert.match((await install(["--prefix", place, "--remove"])).out, /^Removed the kernel/);
    assert.match((await install(["--prefix", place, "--remove"])).out, /^There is no kernel/);
  } finally {
    await Deno.remove(place, { recursive: true });
  }
});

Deno.test("the kernel's installer prefers the Deno on PATH, and goes where Jupyter looks", async () => {
  const place = await Deno.makeTempDir({ prefix: "sluice-install-" });
  try {
    const bin = join(place, "bin");
    await Deno.mkdir(bin);
    await Deno.copyFile(Deno.execPath(), join(bin, "deno"));
    await Deno.chmod(join(bin, "deno"), 0o755);
    const data = join(place, "data");
    await install([], { PATH: bin, JUPYTER_DATA_DIR: data });
    const spec = JSON.parse(
      await Deno.readTextFile(join(data, "kernels", "sluice", "kernel.json")),
    );
    assert.equal(spec.argv[0], join(bin, "deno"));
  } finally {
    await Deno.remove(place, { recursive: true });
  }
});

Deno.test("the kernel's installer explains itself, also where it is used wrongly", async () => {
  assert.match((await install(["--help"])).out, /^Installs the kernel/);
  const wrong = await install(["--prefx", "x"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.error, /Unknown option '--prefx'/);
});
