import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { recoverDataset, Stage } from "../../../runtime/io/files/stage.ts";
import { TempFolder } from "../temp_folder.ts";

const WRITER = fileURLToPath(new URL("./killed_writer.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../../deno.json", import.meta.url));

/** Runs the writer up to a moment and kills it there with SIGKILL. */
async function killAt(target: string, kind: "file" | "folder", moment: string): Promise<void> {
  await using writer = await writerAt(target, kind, moment);
  assert.ok(writer);
}

async function writerAt(target: string, kind: string, moment: string): Promise<AsyncDisposable> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--config", CONFIG, WRITER, target, kind, moment],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value).trim(), "here");
  return {
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
    },
  };
}

async function content(target: string): Promise<string> {
  const info = await Deno.stat(target).catch(() => undefined);
  if (info === undefined) return "nothing";
  if (info.isFile) return await Deno.readTextFile(target);
  const names = (await Array.fromAsync(Deno.readDir(target))).map(({ name }) => name).sort();
  const texts = await Promise.all(names.map((name) => Deno.readTextFile(join(target, name))));
  return `${names.join("")}: ${texts.join(" ")}`;
}

const MOMENTS: readonly [kind: "file" | "folder", old: boolean, moment: string, then: string][] = [
  ["file", false, "writing", "nothing"],
  ["file", true, "writing", "old"],
  ["file", true, "before rename 1", "old"],
  ["file", true, "done", "new"],
  ["folder", false, "writing", "nothing"],
  ["folder", false, "before rename 1", "nothing"],
  ["folder", true, "writing", "a: old"],
  ["folder", true, "before rename 1", "a: old"],
  ["folder", true, "before rename 2", "ab: new new"],
  ["folder", true, "done", "ab: new new"],
];

for (const [kind, isThere, moment, then] of MOMENTS) {
  Deno.test(`Stage of a ${kind}, ${isThere ? "replaced" : "new"}, killed at "${moment}" leaves ${then}`, async () => {
    await using folder = await TempFolder.make();
    const target = folder.at("target");
    if (isThere) await folder.write(kind === "file" ? "target" : "target/a", "old");
    await killAt(target, kind, moment);
    await recoverDataset(target);
    assert.equal(await content(target), then);
    const next = await Stage.open(target);
    await next[Symbol.asyncDispose]();
    assert.equal(await content(target), then);
    assert.deepEqual(await folder.names(), then === "nothing" ? [] : ["target"]);
  });
}

Deno.test("Stage.open() leaves the write of a living process alone", async () => {
  await using folder = await TempFolder.make();
  const target = folder.at("target");
  {
    await using _writer = await writerAt(target, "folder", "writing");
    const [mine] = await folder.names();
    const next = await Stage.open(target);
    await next[Symbol.asyncDispose]();
    assert.deepEqual(await folder.names(), [mine]);
  }
  const next = await Stage.open(target);
  await next[Symbol.asyncDispose]();
  assert.deepEqual(await folder.names(), []);
});

Deno.test("Stage removes the folders that it made when nothing is committed", async () => {
  await using folder = await TempFolder.make();
  const stage = await Stage.open(folder.at("a/b/c/target"));
  await stage[Symbol.asyncDispose]();
  assert.deepEqual(await folder.names(), []);
});
