import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { duckdb } from "../../../runtime/table/engine.ts";
import { tableFromBatches } from "../../../runtime/table/table_from_batches.ts";
import type { Table } from "../../../runtime/table/table.ts";
import { startCsv } from "../../../runtime/io/files/csv_load.ts";
import { planCsv } from "../../../runtime/io/files/csv_plan.ts";
import { locate } from "../../../runtime/io/files/locate.ts";
import { NotPlain } from "../../../runtime/io/files/plain_fields.ts";
import { plainBatches, plainSchema } from "../../../runtime/io/files/plain_csv.ts";
import type { CsvOptions } from "../../../runtime/io/files/read_csv.ts";
import { TempFolder } from "../temp_folder.ts";

const TYPES = {
  a: "int8",
  b: "uint16",
  c: "int64",
  d: "float64",
  e: "string",
  f: "date",
  g: "timestamp",
} as const;

async function planOf(path: string, options: CsvOptions) {
  return await planCsv(duckdb, await locate(path, []), options, undefined);
}

/** What the loops make of a file; undefined where they leave it to DuckDB. */
async function byLoops(path: string, options: CsvOptions): Promise<Table | undefined> {
  const plan = await planOf(path, options);
  const schema = plainSchema(plan);
  if (schema === undefined) return undefined;
  try {
    return tableFromBatches(schema, await Array.fromAsync(plainBatches(plan, schema)));
  } catch (failure) {
    if (failure instanceof NotPlain) return undefined;
    throw failure;
  }
}

async function byDuckDB(path: string, options: CsvOptions): Promise<Table> {
  const plan = await planOf(path, options);
  const { schema, batches } = await startCsv(await duckdb(), path, plan, "native");
  return tableFromBatches(schema, await Array.fromAsync(batches));
}

/** Every bit of a table's values: 0 and -0 differ. */
function bits(table: Table): unknown[] {
  return table.schema.fields.map((field, index) => {
    const column = table.getChildAt(index)!;
    const values = Array.from(column, (value) => Object.is(value, -0) ? "-0" : value);
    return [field.name, String(field.type), field.nullable, column.nullCount, values];
  });
}

const two = (value: number) => String(value).padStart(2, "0");
const text = fc.string({ unit: "grapheme", maxLength: 40 }).map((value) =>
  value.replace(/["\r\n,\0\ufeff]/g, "")
);
const day = fc.date({
  min: new Date("0001-01-01T00:00:00Z"),
  max: new Date("9999-12-31T23:59:59Z"),
  noInvalidDate: true,
}).map((date) => date.toISOString().slice(0, 10));
const time = fc.tuple(fc.nat(23), fc.nat(59), fc.nat(59)).map((parts) => parts.map(two).join(":"));
const float = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String).filter((text) =>
    !text.includes("e")
  ),
  fc.tuple(fc.integer(), fc.nat(9999)).map(([whole, part]) => `${whole}.${part}`),
  fc.tuple(fc.boolean(), fc.nat(99999), fc.nat(999)).map(([isNegative, whole, part]) =>
    `${isNegative ? "-" : ""}${whole}.${part}`
  ),
  fc.constantFrom(
    "-0",
    "-0.0",
    "123456789",
    "-12345678",
    "999999.99",
    "1234567.8",
    ".5",
    "-.25",
    "0.30000000000000004",
    "123456789012345678901234567890",
  ),
);
const none = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: "" });
const row = fc.tuple(
  fc.integer({ min: -128, max: 127 }),
  none(fc.nat(65535)),
  none(fc.integer({ min: -(10 ** 14), max: 10 ** 14 })),
  none(float),
  none(text),
  none(day),
  none(fc.tuple(day, time).map((parts) => parts.join(" "))),
).map((fields) => fields.join(","));

Deno.test("plainBatches() give what DuckDB gives, to the bit, or nothing", async () => {
  await using folder = await TempFolder.make();
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 60 }),
      fc.boolean(),
      async (rows, ends) => {
        const path = await folder.write(
          "a.csv",
          `${Object.keys(TYPES).join(",")}\n${rows.join("\n")}${ends ? "\n" : ""}`,
        );
        const mine = await byLoops(path, { types: TYPES });
        if (mine === undefined) return;
        taken++;
        assert.deepEqual(bits(mine), bits(await byDuckDB(path, { types: TYPES })));
      },
    ),
    { numRuns: 60 },
  );
  assert.equal(taken, 60);
});

Deno.test("plainBatches() carry rows over the pieces that a file is unpacked in", async () => {
  await using folder = await TempFolder.make();
  const lines = Array.from({ length: 80_000 }, (_, index) => {
    return `${index % 7 === 0 ? "" : index},${index / 8},${"ä".repeat(index % 40)}`;
  });
  const path = await folder.write(
    "a.csv.gz",
    new Uint8Array(gzipSync(`n,x,t\n${lines.join("\n")}\n`)),
  );
  const options = { types: { n: "int32", x: "float64", t: "string" } } as const;
  const mine = await byLoops(path, options);
  assert.ok(mine && mine.batches.length > 1);
  assert.deepEqual(bits(mine), bits(await byDuckDB(path, options)));
});

const LEFT: readonly (readonly [what: string, line: string])[] = [
  ["quotes", '1,1,1,1,"x",2021-01-01,2021-01-01 00:00:00'],
  ["a missing field", "1,1,1,1,x,2021-01-01"],
  ["a field too many", "1,1,1,1,x,2021-01-01,2021-01-01 00:00:00,1"],
  ["a field too many and then one too few", ",,,,,,,\n,,,,,"],
  ["a blank line", ""],
  ["a carriage return", "1,1,1,1,x,2021-01-01,2021-01-01 00:00:00\r"],
  ["a NUL", "1,1,1,1,\0,2021-01-01,2021-01-01 00:00:00"],
  ["a number out of range", "128,1,1,1,x,2021-01-01,2021-01-01 00:00:00"],
  ["a negative unsigned number", "1,-1,1,1,x,2021-01-01,2021-01-01 00:00:00"],
  ["a whole number beyond 2^53", "1,1,9007199254740993,1,x,2021-01-01,2021-01-01 00:00:00"],
  ["a leading zero", "1,1,007,1,x,2021-01-01,2021-01-01 00:00:00"],
  ["a plus sign", "1,1,+7,1,x,2021-01-01,2021-01-01 00:00:00"],
  ["a decimal in a whole number", "1,1,1.0,1,x,2021-01-01,2021-01-01 00:00:00"],
  ["a lone minus", "1,1,-,1,x,2021-01-01,2021-01-01 00:00:00"],
  ["a lone minus for a float", "1,1,1,-,x,2021-01-01,2021-01-01 00:00:00"],
  ["a lone dot", "1,1,1,.,x,2021-01-01,2021-01-01 00:00:00"],
  ["a minus and a dot", "1,1,1,-.,x,2021-01-01,2021-01-01 00:00:00"],
  ["a leading zero in a float", "1,1,1,00.5,x,2021-01-01,2021-01-01 00:00:00"],
  ["an exponent", "1,1,1,1e3,x,2021-01-01,2021-01-01 00:00:00"],
  ["a number that ends in a dot", "1,1,1,1.,x,2021-01-01,2021-01-01 00:00:00"],
  ["two dots", "1,1,1,1.2.3,x,2021-01-01,2021-01-01 00:00:00"],
  ["a space", "1,1,1, 1,x,2021-01-01,2021-01-01 00:00:00"],
  ["a word for a number", "1,1,1,nan,x,2021-01-01,2021-01-01 00:00:00"],
  ["a day that is none", "1,1,1,1,x,2021-02-29,2021-01-01 00:00:00"],
  ["a month that is none", "1,1,1,1,x,2021-13-01,2021-01-01 00:00:00"],
  ["an hour that is none", "1,1,1,1,x,2021-01-01,2021-01-01 24:00:00"],
  ["a fraction of a second", "1,1,1,1,x,2021-01-01,2021-01-01 00:00:00.5"],
  ["a zone", "1,1,1,1,x,2021-01-01,2021-01-01 00:00:00Z"],
  ["a day alone for a moment", "1,1,1,1,x,2021-01-01,2021-01-01"],
];

Deno.test("plainBatches() leave to DuckDB what is not plain", async () => {
  await using folder = await TempFolder.make();
  for (const [what, line] of LEFT) {
    const path = await folder.write("a.csv", `a,b,c,d,e,f,g\n,,,,,,\n${line}\n,,,,,,\n`);
    assert.equal(await byLoops(path, { types: TYPES }), undefined, what);
  }
  const single = await folder.write("single.csv", "a\n1\n\n2\n");
  assert.equal(await byLoops(single, { types: { a: "int8" } }), undefined, "a blank line of one");
  // behind the piece in which the header is looked for
  const latin1 = new TextEncoder().encode(`e,a\n${"x,1\n".repeat(100_000)}y,2\n`);
  latin1[latin1.length - 4] = 0xe4;
  const path = await folder.write("latin1.csv", latin1);
  assert.equal(await byLoops(path, { types: { e: "string", a: "int8" } }), undefined, "latin1");
});

Deno.test("plainBatches() refuse nothing in a column that is not null", async () => {
  await using folder = await TempFolder.make();
  const path = await folder.write("a.csv", "a,b\n1,2\n,3\n");
  const types = { a: "int8 not null", b: "int8" } as const;
  assert.equal(await byLoops(path, { types }), undefined);
});

Deno.test("plainBatches() end a file that was cut with the reason, before its last rows", async () => {
  await using folder = await TempFolder.make();
  const whole = gzipSync(`a,b\n${"1,2\n".repeat(100_000)}`);
  const path = await folder.write("a.csv.gz", new Uint8Array(whole.subarray(0, whole.length - 6)));
  const types = { a: "int8", b: "int8" } as const;
  await assert.rejects(byLoops(path, { types }), /the gzip data is truncated; get the file again/);
});
