/** readCsv() on files as they lie: packed, broken, several by a pattern, in hive folders. @module */
import assert from "node:assert/strict";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { withScope } from "../../../runtime/context/scope.ts";
import type { Table } from "../../../runtime/table/table.ts";
import { readCsv } from "../../../runtime/io/files/read_csv.ts";
import { scopeOf } from "../scope_of.ts";
import { TempFolder } from "../temp_folder.ts";
import { read, refusal } from "./csv_calls.ts";
import { plainRows } from "./plain_rows.ts";

const WHOLE = `id,name\n${
  Array.from({ length: 20_000 }, (_, index) => `${index},name ${(index * 7919) % 10_007}`).join(
    "\n",
  )
}\n`;
const GZ = new Uint8Array(gzipSync(WHOLE));
const ZST = new Uint8Array(zstdCompressSync(WHOLE));

for (const [name, bytes] of [["a.csv.gz", GZ], ["a.csv.zst", ZST], ["a.csv", GZ]] as const) {
  Deno.test(`readCsv() unpacks ${name} of ${bytes[0] === 0x1f ? "gzip" : "zstd"}`, async () => {
    assert.equal((await read(bytes, { types: { id: "int64" } }, name)).numRows, 20_000);
  });
}

Deno.test("readCsv() unpacks a gzip of several members", async () => {
  const bytes = new Uint8Array([...GZ, ...gzipSync("20000,more\n")]);
  assert.equal((await read(bytes, {}, "a.csv.gz")).numRows, 20_001);
});

function withByte(bytes: Uint8Array, at: number, change: number): Uint8Array {
  const copy = bytes.slice();
  copy[at < 0 ? copy.length + at : at]! ^= change;
  return copy;
}

const BROKEN: readonly [what: string, bytes: Uint8Array, name: string, problem: string][] = [
  ["a gzip cut in the middle", GZ.subarray(0, GZ.length / 2), "a.csv.gz", "truncated"],
  ["a gzip without its last 8 bytes", GZ.subarray(0, -8), "a.csv.gz", "truncated"],
  ["a gzip without its last byte", GZ.subarray(0, -1), "a.csv.gz", "truncated"],
  ["a gzip with another sum", withByte(GZ, -6, 1), "a.csv.gz", "damaged"],
  ["a gzip with a flipped bit", withByte(GZ, GZ.length >> 1, 1), "a.csv.gz", "damaged"],
  ["a zstd cut in the middle", ZST.subarray(0, ZST.length / 2), "a.csv.zst", "truncated"],
  ["a zstd without its last byte", ZST.subarray(0, -1), "a.csv.zst", "truncated"],
];

for (const [what, bytes, name, problem] of BROKEN) {
  for (const types of [undefined, { id: "int64", name: "string" }] as const) {
    Deno.test(`readCsv() refuses ${what}, columns ${types ? "declared" : "inferred"}`, async () => {
      assert.equal(
        await refusal(bytes, types ? { types } : {}, name),
        `Cannot read ${name}: the ${
          name.endsWith("gz") ? "gzip" : "zstd"
        } data is ${problem}; get the file again`,
      );
    });
  }
}

Deno.test("readCsv() refuses a gzip with other bytes behind it", async () => {
  const padded = new Uint8Array([...GZ, ...new Uint8Array(512)]);
  assert.equal(
    await refusal(padded, {}, "a.csv.gz"),
    "Cannot read a.csv.gz: other bytes follow its gzip data; get the file again",
  );
});

Deno.test("readCsv() refuses a file that is named .gz and is none", async () => {
  assert.equal(
    await refusal("a,b\n1,2\n", {}, "a.csv.gz"),
    "Cannot read a.csv.gz: its name says gzip, but it is not gzip data; is it a complete download?",
  );
});

Deno.test("readCsv() reads all files of a pattern in the order of their names", async () => {
  await using folder = await TempFolder.make();
  await folder.write("data/b.csv", "id,x\n3,c\n");
  await folder.write("data/a.csv", "id,x\n1,a\n2,b\n");
  await folder.write("data/c.csv.gz", gzipSync("x,id\nd,4\n"));
  const table = await readCsv(folder.at("data/*.csv*"), { types: { id: "int64" } });
  assert.deepEqual(plainRows(table), [
    { id: 1, x: "a" },
    { id: 2, x: "b" },
    { id: 3, x: "c" },
    { id: 4, x: "d" },
  ]);
});

Deno.test("readCsv() refuses files with other columns", async () => {
  await using folder = await TempFolder.make();
  await folder.write("a.csv", "id,x\n1,a\n");
  await folder.write("b.csv", "id,y\n1,a\n");
  await assert.rejects(readCsv(folder.at("*.csv")), {
    message: `Cannot read ${folder.at("b.csv")} together with ${
      folder.at("a.csv")
    }: it has no column \`x\`; read them apart, or give them the same columns`,
  });
});

Deno.test("readCsv() names the file of a pattern in which a value does not fit", async () => {
  await using folder = await TempFolder.make();
  await folder.write("a.csv", "id\n1\n");
  await folder.write("b.csv", "id\nx\n");
  await assert.rejects(readCsv(folder.at("*.csv"), { types: { id: "int64" } }), {
    message: `Cannot read ${
      folder.at("b.csv")
    }, row 1 (line 2), column \`id\`: "x" is not an int64; mend the value, or declare another type`,
  });
});

Deno.test("readCsv() makes columns of hive folders", async () => {
  await using folder = await TempFolder.make();
  await folder.write("t/city=S%C3%A3o%2FPaulo/month=01/a.csv", "fare\n1\n");
  await folder.write("t/city=__HIVE_DEFAULT_PARTITION__/month=02/a.csv", "fare\n2\n");
  const expected = [
    { fare: 1, city: "São/Paulo", month: 1 },
    { fare: 2, city: null, month: 2 },
  ];
  const byFare = (table: Table) =>
    plainRows(table).sort((a, b) => Number(a["fare"]) - Number(b["fare"]));
  assert.deepEqual(byFare(await readCsv(folder.at("t"))), expected);
  assert.deepEqual(byFare(await readCsv(folder.at("t/**/*.csv"))), expected);
  const declared = await readCsv(folder.at("t"), { types: { month: "string" } });
  assert.deepEqual(byFare(declared).map(({ month }) => month), ["01", "02"]);
});

Deno.test("readCsv() counts relative paths from the notebook's folder", async () => {
  await using folder = await TempFolder.make();
  await folder.write("data/trips.csv", "id\n1\n");
  const scope = scopeOf({ folder: folder.path });
  await withScope(scope, async () => {
    assert.equal((await readCsv("data/trips.csv")).numRows, 1);
    await assert.rejects(readCsv("data/trip.csv"), {
      message: `Cannot read data/trip.csv: no such file in ${
        folder.at("data")
      }; did you mean \`trips.csv\`?`,
    });
  });
  await scope.resources.close();
});
