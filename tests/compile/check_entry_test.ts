import assert from "node:assert/strict";
import { withCheckEntry } from "../../runtime/compile/check_entry.ts";

Deno.test("withCheckEntry() lends each check at one time a module of its own", async () => {
  const { promise: all, resolve } = Promise.withResolvers<void>();
  const paths = new Set<string>();
  // More than there are kept: the last get one in a folder that is removed.
  const texts = Array.from({ length: 12 }, (_, at) => `export const n = ${at};\n`);
  const read = await Promise.all(texts.map((text) =>
    withCheckEntry(text, async (path) => {
      paths.add(path);
      if (paths.size === texts.length) resolve();
      await all;
      return await Deno.readTextFile(path);
    }, "test")
  ));
  assert.deepEqual(read, texts);
  const left = [...paths].filter((path) => path.endsWith("/check.ts"));
  assert.ok(left.length >= 4);
  for (const path of left) await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
});

Deno.test("withCheckEntry() lends again what was given back, also after a failure", async () => {
  const failed = withCheckEntry("export {};", () => Promise.reject(new Error("no")), "test");
  await assert.rejects(failed, /^Error: no$/);
  const read = withCheckEntry("export {};", (path) => Deno.readTextFile(path), "test");
  assert.equal(await read, "export {};");
});

Deno.test("withCheckEntry() lends checks of one kind what those of another do not get", async () => {
  const lent = (kind: string) =>
    withCheckEntry("export {};", (path) => Promise.resolve(path), kind);
  assert.equal(await lent("test-one"), await lent("test-one"));
  assert.notEqual(await lent("test-one"), await lent("test-other"));
});
