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
    })
  ));
  assert.deepEqual(read, texts);
  const left = [...paths].filter((path) => path.endsWith("/check.ts"));
  assert.ok(left.length >= 4);
  for (const path of left) await assert.rejects(Deno.stat(path), Deno.errors.NotFound);
});

Deno.test("withCheckEntry() lends again what was given back, also after a failure", async () => {
  const failed = withCheckEntry("export {};", () => Promise.reject(new Error("no")));
  await assert.rejects(failed, /^Error: no$/);
  assert.equal(await withCheckEntry("export {};", (path) => Deno.readTextFile(path)), "export {};");
});
