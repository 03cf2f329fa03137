import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { scanCsv } from "../../../runtime/io/files/scan_csv.ts";
import { TempFolder } from "../temp_folder.ts";
import { collected, typesOf } from "./plain_rows.ts";

const COUNT = 200_000;

function lines(change: Record<number, string> = {}): string {
  const rows = Array.from(
    { length: COUNT },
    (_, index) => change[index] ?? `${index},${index / 2}`,
  );
  return `id,fare\n${rows.join("\n")}\n`;
}

const TYPES = { id: "int64", fare: "float64" } as const;

Deno.test("scanCsv() gives every row in order, in several batches", async () => {
  await using folder = await TempFolder.make();
  const path = await folder.write("a.csv.gz", new Uint8Array(gzipSync(lines())));
  const table = await collected(await scanCsv(path, { types: TYPES }));
  assert.ok(table.batches.length > 1);
  assert.equal(table.numRows, COUNT);
  const ids = table.getChild("id")!;
  for (let row = 0; row < COUNT; row += 9973) assert.equal(ids.get(row), BigInt(row));
});

Deno.test("scanCsv() infers from all rows before the first batch", async () => {
  await using folder = await TempFolder.make();
  const path = await folder.write("a.csv", lines({ [COUNT - 1]: "x,1" }));
  assert.deepEqual(typesOf(await collected(await scanCsv(path))), { id: "Utf8", fare: "Float64" });
});

Deno.test("scanCsv() goes on where the quick reading stumbles, without a row twice", async () => {
  await using folder = await TempFolder.make();
  const path = await folder.write("a.csv", lines({ [COUNT - 10]: `${COUNT - 10},""` }));
  const table = await collected(await scanCsv(path, { types: TYPES }));
  assert.equal(table.numRows, COUNT);
  assert.equal(table.getChild("fare")!.nullCount, 1);
  const ids = table.getChild("id")!;
  for (let row = 0; row < COUNT; row++) assert.equal(ids.get(row), BigInt(row));
});

Deno.test("scanCsv() ends at a value that does not fit", async () => {
  await using folder = await TempFolder.make();
  const path = await folder.write("a.csv", lines({ [COUNT - 1]: "x,1" }));
  await assert.rejects(async () => await collected(await scanCsv(path, { types: TYPES })), {
    message:
      `Cannot read ${path}, row ${COUNT} (line ${
        COUNT + 1
      }), column \`id\`: "x" is not an int64; ` +
      "mend the value, or declare another type",
  });
});

Deno.test("scanCsv() never ends quietly on a truncated gzip", async () => {
  await using folder = await TempFolder.make();
  const path = await folder.write("a.csv.gz", new Uint8Array(gzipSync(lines())).subarray(0, -8));
  await assert.rejects(async () => await collected(await scanCsv(path, { types: TYPES })), {
    message: `Cannot read ${path}: the gzip data is truncated; get the file again`,
  });
});

Deno.test("scanCsv() may be left early", async () => {
  await using folder = await TempFolder.make();
  const path = await folder.write("a.csv", lines());
  for await (const batch of (await scanCsv(path, { types: TYPES })).batches()) {
    assert.ok(batch.numRows > 0);
    break;
  }
});
