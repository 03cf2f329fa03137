/** select(), rename(), renameAll(), derive(), rows(), tableFromRows() and declared types. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { columnTypes, parseColumnType } from "../../runtime/table/column_types.ts";
import { derive } from "../../runtime/table/derive.ts";
import { filter } from "../../runtime/table/filter.ts";
import { rename, renameAll, standardNames } from "../../runtime/table/rename.ts";
import { rows } from "../../runtime/table/rows.ts";
import { select } from "../../runtime/table/select.ts";
import { TableStream } from "../../runtime/table/table.ts";
import type { Table } from "../../runtime/table/table.ts";
import { tableFromRows } from "../../runtime/table/table_from_rows.ts";
import { tableOf } from "../../runtime/table/table_of.ts";
import { typeName } from "../../runtime/table/type_name.ts";

const TYPES = columnTypes({ zone: "string not null", fare: "float64", trips: "int64 not null" });

function trips() {
  return tableFromRows([
    { zone: "Newark", fare: 8.5, trips: 2 },
    { zone: "Queens", fare: null, trips: 3 },
  ], { types: TYPES });
}

async function* batchesOf(table: Table<unknown>) {
  yield* table.batches;
}

function streamed<Row>(table: Table<Row>): TableStream<Row> {
  return new TableStream<Row>(table.schema, batchesOf(table));
}

Deno.test("select() takes columns in the order asked for", async () => {
  const chosen = select(trips(), ["trips", "zone"]);
  assert.deepEqual(rows(chosen), [{ trips: 2, zone: "Newark" }, { trips: 3, zone: "Queens" }]);
  const stream = select(streamed(trips()), ["fare"]);
  assert.deepEqual(rows(await tableOf(stream)), [{ fare: 8.5 }, { fare: null }]);
});

Deno.test("select() names the nearest column and all there are", () => {
  assert.throws(
    () => select(trips(), ["fares"]),
    /^Error: Cannot select column `fares`: the table has no such column; did you mean `fare`\? its columns: zone, fare, trips$/,
  );
  assert.throws(() => select(trips(), ["fare", "fare"]), /two columns would be named `fare`/);
});

Deno.test("rename() renames what is named, and can swap", () => {
  assert.deepEqual(rename(trips(), { zone: "fare", fare: "zone" }).schema.names, [
    "fare",
    "zone",
    "trips",
  ]);
  const first: string | undefined = rows(rename(trips(), { zone: "place" }))[0]?.place;
  assert.equal(first, "Newark");
  assert.throws(() => rename(trips(), { zone: "fare" }), /two columns would be named `fare`/);
  assert.throws(() => rename(trips(), { zne: "x" }), /no such column; did you mean `zone`\?/);
});

Deno.test("renameAll() standardises, or asks a function", async () => {
  assert.deepEqual(
    standardNames(["Fare Amount ($)", "fare-amount", "VendorID", "2nd Stop", "", "Größe", "__x__"]),
    ["fare_amount", "fare_amount_2", "vendorid", "_2nd_stop", "column", "größe", "x"],
  );
  const upper = renameAll(streamed(trips()), (name) => name.toUpperCase());
  assert.deepEqual((await tableOf(upper)).schema.names, ["ZONE", "FARE", "TRIPS"]);
});

Deno.test("standardNames() never gives one name twice", () => {
  fc.assert(fc.property(fc.array(fc.string()), (names) => {
    const standard = standardNames(names);
    assert.equal(new Set(standard).size, names.length);
    for (const name of standard) assert.match(name, /^[\p{L}\p{M}\p{N}_]+$/u);
  }));
});

Deno.test("derive() adds and replaces columns of declared types", async () => {
  const derived = derive(trips(), {
    total: {
      type: "decimal(10,2)",
      from: (trip) => trip.fare === null ? null : trip.fare * trip.trips,
    },
    zone: { type: "string not null", from: (trip) => trip.zone.toUpperCase() },
  });
  assert.deepEqual(rows(derived), [
    { zone: "NEWARK", fare: 8.5, trips: 2, total: "17.00" },
    { zone: "QUEENS", fare: null, trips: 3, total: null },
  ]);
  assert.deepEqual(derived.schema.fields.map((field) => field.nullable), [
    false,
    true,
    false,
    true,
  ]);
  const streamedTotals = derive(streamed(trips()), {
    place: { type: "int32", from: (_, index) => index },
  });
  assert.deepEqual(rows(await tableOf(streamedTotals)).map((row) => row.place), [0, 1]);
});

Deno.test("derive() refuses a value that does not fit by column, row and value", () => {
  assert.throws(
    () => derive(trips(), { small: { type: "int8", from: (trip) => trip.trips * 60 } }),
    /^TypeError: Cannot put 180 into column `small`, row 2: it does not fit `int8`$/,
  );
  assert.throws(
    () =>
      derive(trips(), { fare: { type: "float64 not null", from: (trip) => trip.fare as number } }),
    /Cannot put null into column `fare`, row 2: it does not fit `float64 not null`/,
  );
});

/** A declared type, what is put in, and what rows give back. */
const ROUND: readonly (readonly [type: string, input: unknown, output: unknown])[] = [
  ["int8", -128, -128],
  ["uint16", 65535n, 65535],
  ["int64", Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ["uint64", 5n, 5],
  ["float32", 1.5, 1.5],
  ["float64", -0, -0],
  ["boolean", false, false],
  ["decimal(10,2)", "-1.5", "-1.50"],
  [
    "decimal(38,0)",
    99999999999999999999999999999999999999n,
    "99999999999999999999999999999999999999",
  ],
  ["decimal(38,0)", -1n, "-1"],
  ["decimal(5,2)", 12.25, "12.25"],
  ["string", "", ""],
  ["binary", Uint8Array.of(1, 0), Uint8Array.of(1, 0)],
  ["date", new Date("1969-12-31"), new Date("1969-12-31")],
  ["date", "2021-02-28", new Date("2021-02-28")],
  ["time", "09:05:00.25", "09:05:00.25"],
  ["timestamp", new Date(-1), new Date(-1)],
  ["timestamp", "2021-01-31T12:00:00", new Date("2021-01-31T12:00:00Z")],
  ["timestamptz", "2021-01-31T12:00:00+02:00", new Date("2021-01-31T10:00:00Z")],
  ["timestamptz", Temporal.Instant.from("1969-12-31T23:59:59.999999Z"), new Date(-1)],
  ["uuid", "A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
  ["json", { a: [1, null] }, '{"a":[1,null]}'],
  ["json", "12345678901234567890", "12345678901234567890"],
];

for (const [type, input, output] of ROUND) {
  Deno.test(`tableFromRows() takes ${typeof input} for ${type} and rows() give it back`, () => {
    const table = tableFromRows([{ v: input }, { v: null }, {}], { types: { v: type as "int8" } });
    assert.deepEqual(rows(table) as unknown, [{ v: output }, { v: null }, { v: null }]);
    assert.equal(typeName(table.schema.fields[0]!), type);
  });
}

const MISFITS: readonly (readonly [type: string, value: unknown])[] = [
  ["int8", 128],
  ["uint8", -1],
  ["int32", 1.5],
  ["int64", 2 ** 53],
  ["int64", 2n ** 63n],
  ["int64", "1"],
  ["float64", "1"],
  ["boolean", 1],
  ["string", 1],
  ["decimal(4,2)", "100"],
  ["decimal(4,2)", "0.001"],
  ["decimal(4,2)", NaN],
  ["decimal(4,2)", "1e3"],
  ["date", new Date("2021-01-01T10:00:00Z")],
  ["date", "2021-02-30"],
  ["timestamp", new Date(NaN)],
  ["timestamptz", "2021-01-01T00:00:00"],
  ["uuid", "a0eebc99"],
  ["json", "{"],
];

for (const [type, value] of MISFITS) {
  Deno.test(`tableFromRows() refuses ${String(value)} for ${type}`, () => {
    assert.throws(
      () => tableFromRows([{ v: null }, { v: value }], { types: { v: type as "int8" } }),
      (error: Error) => error.message.includes(`column \`v\`, row 2: it does not fit \`${type}\``),
    );
  });
}

Deno.test("tableFromRows() infers what is not declared", () => {
  const table = tableFromRows([
    { b: true, i: 1, f: 1, s: "x", d: new Date(0), u: Uint8Array.of(1), j: { a: 1 }, n: null },
    { b: null, i: 2n, f: 0.5, day: Temporal.PlainDate.from("2021-01-31") },
  ]);
  assert.deepEqual(
    table.schema.fields.map((field) => `${field.name} ${typeName(field)}`),
    [
      "b boolean",
      "i int64",
      "f float64",
      "s string",
      "d timestamp",
      "u binary",
      "j json",
      "n string",
      "day date",
    ],
  );
  assert.throws(
    () => tableFromRows([{ v: 1 }, { v: "one" }]),
    /Cannot infer a type for column `v`: row 2 holds string, others int64; declare it/,
  );
});

Deno.test("tableFromRows() makes batches of many rows, and tables of none", () => {
  const many = tableFromRows(Array.from({ length: 70_000 }, (_, n) => ({ n, s: `row ${n}` })));
  assert.equal(many.batches.length, 2);
  assert.deepEqual(rows(filter(many, (_, index) => index >= 69_999)), [{
    n: 69_999,
    s: "row 69999",
  }]);
  const none = tableFromRows([], { types: TYPES });
  assert.deepEqual([none.numRows, none.schema.names], [0, ["zone", "fare", "trips"]]);
});

Deno.test("rows() stops at its limit", () => {
  assert.deepEqual(rows(trips(), { limit: 1 }).length, 1);
  assert.deepEqual(rows(trips(), { limit: 0 }), []);
});

const TYPE_FAULTS: readonly (readonly [string, RegExp])[] = [
  ["strin", /Cannot declare column `c` as `strin`: no such type; did you mean `string`\?/],
  ["varchar not null", /did you mean `string`\?/],
  ["bigint", /did you mean `int64`\?/],
  ["INT64", /did you mean `int64`\?/],
  ["decimal(40,2)", /a decimal has 1 to 38 digits/],
  ["decimal(4,5)", /at most as many behind the point/],
  ["", /no such type \(int8, int16/],
];

for (const [declared, message] of TYPE_FAULTS) {
  Deno.test(`parseColumnType() refuses "${declared}"`, () => {
    assert.throws(() => parseColumnType("c", declared), { name: "TypeError", message });
  });
}

Deno.test("parseColumnType() reads not null and spaces in decimals", () => {
  const parsed = parseColumnType("c", "decimal(10, 2) not null");
  assert.deepEqual([parsed.duckdb, parsed.isNotNull, parsed.field.nullable], [
    "DECIMAL(10,2)",
    true,
    false,
  ]);
});
