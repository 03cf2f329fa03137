/** What is bundled is what the packages have. @module */
import assert from "node:assert/strict";
import * as bundledArrow from "apache-arrow";
import * as arrow from "apache-arrow/package";

const root = new URL("../../vendor/", import.meta.url);

Deno.test("every bundled package exports what its package does, under the same names", async () => {
  let packages = 0;
  for (const folder of ["packages/", "packages/node/"]) {
    for (const { name, isFile } of Deno.readDirSync(new URL(folder, root))) {
      if (!isFile) continue;
      packages++;
      const whole = await import(new URL(folder + name, root).href);
      const bundled = await import(new URL(name, root).href);
      // Deno's name for the whole of a CommonJS package
      const exports = Object.entries(whole).filter(([key]) => key !== "module.exports");
      assert.deepEqual(Object.keys(bundled).sort(), exports.map(([key]) => key).sort(), name);
      for (const [key, value] of exports) {
        assert.equal(typeof bundled[key], typeof value, `${name}: ${key}`);
        if (typeof value === "function") assert.equal(bundled[key].name, value.name, name);
      }
    }
  }
  const wrapped = [...Deno.readDirSync(root)].filter(({ name }) => name.endsWith(".ts"));
  assert.equal(packages, wrapped.length, "each has a module by which it is imported");
});

Deno.test("apache-arrow's tables are known to the bundled one, and the other way round", () => {
  const columns = { n: Int32Array.of(1, 2), word: ["a", null] };
  for (const [one, other] of [[arrow, bundledArrow], [bundledArrow, arrow]] as const) {
    const table = one.tableFromArrays(columns);
    assert.ok(other.isArrowTable(table));
    const read = other.tableFromIPC(one.tableToIPC(table));
    assert.deepEqual(read.toArray().map((row) => row.toJSON()), [
      { n: 1, word: "a" },
      { n: 2, word: null },
    ]);
  }
});

Deno.test("apache-arrow's tables stream through the Web's streams", async () => {
  const table = bundledArrow.tableFromArrays({ n: Int32Array.of(1, 2, 3) });
  const writer = bundledArrow.RecordBatchStreamWriter.writeAll(table);
  const read = await bundledArrow.RecordBatchReader.from(writer.toDOMStream());
  let rows = 0;
  for await (const batch of read) rows += batch.numRows;
  assert.equal(rows, 3);
});
