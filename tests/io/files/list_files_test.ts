import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { listFiles } from "../../../mod.ts";

Deno.test("listFiles() names what is there now, in order, and nothing where nothing is", async () => {
  const folder = await Deno.makeTempDir();
  await Deno.mkdir(join(folder, "b"));
  for (const name of ["a_2.csv", "a_1.csv", "b/a_3.csv", "notes.txt", "odd[1].csv"]) {
    await Deno.writeTextFile(join(folder, name), "n\n1\n");
  }
  const cases: readonly (readonly [pattern: string, found: readonly string[]])[] = [
    ["a_*.csv", ["a_1.csv", "a_2.csv"]],
    ["**/a_*.csv", ["a_1.csv", "a_2.csv", "b/a_3.csv"]],
    ["{notes,a_1}.*", ["a_1.csv", "notes.txt"]],
    ["notes.txt", ["notes.txt"]],
    ["odd[1].csv", ["odd[1].csv"]],
    ["nothing.csv", []],
    ["nothing/*.csv", []],
    ["notes.txt/*.csv", []],
    ["b", []],
  ];
  for (const [pattern, found] of cases) {
    assert.deepEqual(
      await listFiles(join(folder, pattern)),
      found.map((name) => join(folder, name)),
      pattern,
    );
  }
  assert.equal((await listFiles(pathToFileURL(join(folder, "notes.txt")))).length, 1);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("listFiles() refuses what is no path", async () => {
  await assert.rejects(listFiles("https://example.com/a.csv"), /^Error: Cannot list https:/);
  await assert.rejects(listFiles(""), /^Error: Cannot list "": give a path/);
});
