import assert from "node:assert/strict";
import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Dictionary,
  Field,
  Float32,
  Float64,
  Int16,
  Int32,
  Int64,
  Int8,
  IntervalMonthDayNano,
  List,
  makeData,
  RecordBatch,
  Schema,
  Struct,
  Table,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint16,
  Uint32,
  Uint64,
  Uint8,
  Utf8,
  type Vector,
  vectorFromArray,
} from "apache-arrow";
import fc from "fast-check";
import { postgres } from "../../../runtime/io/postgres/connection.ts";
import { extension, uuidType } from "../../../runtime/table/extension.ts";
import { type TestDatabase, testPostgres } from "../../services/postgres.ts";

/** A table of one column called `v`, in batches of `batchRows`. */
function column(
  type: DataType,
  values: readonly unknown[],
  { batchRows = 1000, metadata }: { batchRows?: number; metadata?: Map<string, string> } = {},
) {
  const field = new Field("v", type, true, metadata);
  const schema = new Schema([field]);
  const batches: RecordBatch[] = [];
  for (let start = 0; start < Math.max(1, values.length); start += batchRows) {
    const child = dataOf(type, values.slice(start, start + batchRows));
    const data = makeData({
      type: new Struct([field]),
      length: child.length,
      nullCount: 0,
      children: [child],
    } as never);
    batches.push(new RecordBatch(schema, data as never));
  }
  return new Table(schema, batches);
}

function dataOf(type: DataType, values: readonly unknown[]) {
  if (values.length === 0) return vectorFromArray([null], type).slice(0, 0).data[0]!;
  return vectorFromArray(values as never, type).data[0]!;
}

async function roundTrip(db: TestDatabase, table: Table): Promise<Vector> {
  return await db.inRun(async () => {
    await postgres().execute`drop table if exists round_trip`;
    await postgres().write(table as never, "round_trip");
    const back = await postgres().query`select v from round_trip order by ctid`;
    return back.getChild("v") as Vector;
  });
}

function valuesOf(vector: Vector): unknown[] {
  return Array.from({ length: vector.length }, (_, row) => plainOf(vector.get(row)));
}

/** Words of decimals, elements of lists, bytes: compared by value. */
function plainOf(value: unknown): unknown {
  if (value !== null && typeof value === "object" && "numChildren" in value) {
    return Array.from(value as unknown as Iterable<unknown>, plainOf);
  }
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array);
  return value;
}

const int = (min: number, max: number) => fc.integer({ min, max });
const bigint = (bits: number, isSigned: boolean) =>
  fc.bigInt({
    min: isSigned ? -(2n ** BigInt(bits - 1)) : 0n,
    max: isSigned ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n,
  });
const text = fc.string({ unit: "grapheme", maxLength: 40 }).filter((value) =>
  !value.includes("\0")
);
const micros = fc.bigInt({ min: -200_000_000_000_000_000n, max: 200_000_000_000_000_000n });

/** Each type, values of it, and what a value is after the round trip where it is not the same. */
const cases: readonly {
  readonly name: string;
  readonly type: DataType;
  readonly values: fc.Arbitrary<unknown>;
  readonly after?: (value: never) => unknown;
}[] = [
  { name: "bool", type: new Bool(), values: fc.boolean() },
  { name: "int8", type: new Int8(), values: int(-128, 127) },
  { name: "int16", type: new Int16(), values: int(-32768, 32767) },
  { name: "int32", type: new Int32(), values: int(-(2 ** 31), 2 ** 31 - 1) },
  { name: "int64", type: new Int64(), values: bigint(64, true) },
  { name: "uint8", type: new Uint8(), values: int(0, 255) },
  { name: "uint16", type: new Uint16(), values: int(0, 65535) },
  {
    name: "uint32",
    type: new Uint32(),
    values: int(0, 2 ** 32 - 1),
    after: (value: number) => BigInt(value),
  },
  { name: "float32", type: new Float32(), values: fc.float() },
  { name: "float64", type: new Float64(), values: fc.double() },
  { name: "string", type: new Utf8(), values: text },
  {
    name: "binary",
    type: new Binary(),
    values: fc.uint8Array({ maxLength: 60 }),
    after: Array.from,
  },
];

/** The column `v` with these entries in its dictionary and these keys in its rows. */
function dictionaryColumn(entries: readonly (string | null)[], keys: readonly number[]): Table {
  const dictionary = vectorFromArray([...entries], new Utf8());
  const type = new Dictionary(new Utf8(), new Int32());
  const data = makeData({ type, data: Int32Array.from(keys), dictionary });
  const schema = new Schema([new Field("v", type, true)]);
  const struct = makeData({
    type: new Struct(schema.fields),
    length: keys.length,
    children: [data],
  });
  return new Table(schema, [new RecordBatch(schema, struct)]);
}

Deno.test("write() and query() keep every value of a type", async (t) => {
  await using db = await testPostgres();
  for (const { name, type, values, after = (value: unknown) => value } of cases) {
    await t.step(name, async () => {
      // columns without nulls have loops of their own
      const some = fc.oneof(
        fc.array(fc.option(values), { maxLength: 50 }),
        fc.array(values, { maxLength: 50 }),
      );
      await fc.assert(
        fc.asyncProperty(some, int(1, 20), async (values, batchRows) => {
          const back = await roundTrip(db, column(type, values, { batchRows }));
          const expected = values.map((value) => value === null ? null : after(value as never));
          assert.deepEqual(valuesOf(back), expected);
        }),
        { numRuns: 12 },
      );
    });
  }
});

/** Words of 32 bits, lowest first, as decimals are kept. */
function words(value: bigint): Uint32Array {
  const bits = BigInt.asUintN(128, value);
  return Uint32Array.from([0n, 32n, 64n, 96n], (shift) => Number((bits >> shift) & 0xffffffffn));
}

function raw(
  type: DataType,
  data: ArrayBufferView,
  length: number,
  metadata?: Map<string, string>,
) {
  const field = new Field("v", type, true, metadata);
  const child = makeData({ type, length, nullCount: 0, data } as never);
  const struct = makeData(
    { type: new Struct([field]), length, nullCount: 0, children: [child] } as never,
  );
  return new Table(new Schema([field]), [new RecordBatch(new Schema([field]), struct as never)]);
}

Deno.test("write() and query() keep decimals of any sign and scale", async () => {
  await using db = await testPostgres();
  const digits = int(1, 38).chain((precision) =>
    fc.tuple(fc.constant(precision), int(0, precision))
  );
  await fc.assert(
    fc.asyncProperty(
      digits,
      fc.array(bigint(128, true), { minLength: 1 }),
      async (digits, values) => {
        const [precision, scale] = digits;
        const fitting = values.map((value) => value % 10n ** BigInt(precision));
        const flat = Uint32Array.from(fitting.flatMap((value) => [...words(value)]));
        const type = new Decimal(scale, precision, 128);
        const back = await roundTrip(db, raw(type, flat, fitting.length));
        assert.deepEqual([back.type.scale, back.type.precision], [scale, precision]);
        assert.deepEqual(Array.from(back.toArray() as Uint32Array), Array.from(flat));
      },
    ),
    { numRuns: 40 },
  );
});

Deno.test("write() maps uint64, which Postgres lacks, to numeric(20,0)", async () => {
  await using db = await testPostgres();
  const back = await roundTrip(
    db,
    column(new Uint64(), [0n, 2n ** 64n - 1n, 2n ** 53n + 1n, null]),
  );
  assert.equal(String(back.type), "Decimal[20e0]");
  const rows = await db.rows<{ v: string }>("select v::text from round_trip order by ctid");
  assert.deepEqual(rows.map(({ v }) => v), ["0", "18446744073709551615", "9007199254740993", null]);
});

Deno.test("write() and query() keep timestamps, dates and times over Postgres's whole range", async () => {
  await using db = await testPostgres();
  await fc.assert(
    fc.asyncProperty(fc.array(micros, { minLength: 1 }), async (values) => {
      const data = BigInt64Array.from(values);
      for (const zone of [null, "UTC"]) {
        const back = await roundTrip(db, raw(new TimestampMicrosecond(zone), data, data.length));
        assert.deepEqual(back.data[0]!.values, data);
        assert.equal(back.type.timezone ?? null, zone);
      }
      const times = data.map((value) => BigInt.asUintN(36, value) % 86_400_000_000n);
      const back = await roundTrip(db, raw(new TimeMicrosecond(), times, times.length));
      assert.deepEqual(back.data[0]!.values, times);
    }),
    { numRuns: 15 },
  );
  const days = Int32Array.of(-2_440_588, -719_529, -1, 0, 10_957, 2_145_042_905);
  const back = await roundTrip(db, raw(new DateDay(), days, days.length));
  assert.deepEqual(back.data[0]!.values, days);
  const shown = await db.rows<{ v: string }>("select v::text from round_trip order by ctid");
  assert.deepEqual(shown.slice(2, 5).map(({ v }) => v), ["1969-12-31", "1970-01-01", "2000-01-01"]);
});

Deno.test("write() turns timestamps of every unit into microseconds", async () => {
  await using db = await testPostgres();
  const units: [DataType, bigint][] = [
    [new TimestampSecond(), -1n],
    [new TimestampMillisecond(), -1000n],
    [new TimestampMicrosecond(), -1_000_000n],
    [new TimestampNanosecond(), -1_000_000_000n],
  ];
  for (const [type, value] of units) {
    const back = await roundTrip(db, raw(type, BigInt64Array.of(value), 1));
    assert.deepEqual(back.data[0]!.values, BigInt64Array.of(-1_000_000n), String(type));
  }
});

Deno.test("write() and query() keep uuids, json, intervals, lists and dictionaries", async () => {
  await using db = await testPostgres();
  const uuid = Uint8Array.from({ length: 32 }, (_, index) => index * 7);
  const uuids = await roundTrip(db, raw(uuidType(), uuid, 2, extension("arrow.uuid")));
  assert.deepEqual(uuids.data[0]!.values, uuid);
  assert.deepEqual(await db.rows("select v::text from round_trip limit 1"), [
    { v: "00070e15-1c23-2a31-383f-464d545b6269" },
  ]);

  const json = column(new Utf8(), ['{"a": 1}', null], { metadata: extension("arrow.json") });
  const back = await roundTrip(db, json);
  assert.deepEqual(valuesOf(back), ['{"a": 1}', null]);
  assert.deepEqual(await db.rows("select pg_typeof(v)::text as type from round_trip limit 1"), [
    { type: "jsonb" },
  ]);

  const interval = Int32Array.of(-14, 3, 0, 0, 1, -2, 1_000_000_000, 0);
  const intervals = await roundTrip(db, raw(new IntervalMonthDayNano(), interval, 2));
  assert.deepEqual(new Int32Array(intervals.data[0]!.values.buffer, 0, 8), interval);

  const lists = [[1, 2, null], [], null, [2 ** 31 - 1]];
  const list = new List(new Field("item", new Int32(), true));
  assert.deepEqual(valuesOf(await roundTrip(db, column(list, lists))), lists);
  const words = [["a", "", "long enough to take the other way of copying"], [null]];
  const textList = new List(new Field("item", new Utf8(), true));
  assert.deepEqual(valuesOf(await roundTrip(db, column(textList, words))), words);

  const dictionary = new Dictionary(new Utf8(), new Int32());
  const entries = ["x", "y", "x", null];
  assert.deepEqual(valuesOf(await roundTrip(db, column(dictionary, entries))), entries);
  // one entry is null, one that no row has could not be written
  const odd = dictionaryColumn(["x", null, "\0"], [1, 0, 0]);
  assert.deepEqual(valuesOf(await roundTrip(db, odd)), [null, "x", "x"]);
});

Deno.test("write() keeps sliced and empty tables", async () => {
  await using db = await testPostgres();
  const values = Array.from({ length: 40 }, (_, row) => row % 5 === 0 ? null : row % 2 === 0);
  const bools = column(new Bool(), values).slice(3, 29);
  assert.deepEqual(valuesOf(await roundTrip(db, bools)), values.slice(3, 29));
  const strings = values.map((_, row) => row % 3 === 0 ? null : `row ${row}`);
  const sliced = column(new Utf8(), strings).slice(5, 17);
  assert.deepEqual(valuesOf(await roundTrip(db, sliced)), strings.slice(5, 17));
  assert.equal((await roundTrip(db, column(new Int32(), []))).length, 0);
});

Deno.test("write() refuses by row and column what Postgres cannot hold, and keeps the table", async () => {
  await using db = await testPostgres();
  const refused: [string, Table, RegExp][] = [
    ["a NUL", column(new Utf8(), ["fine", "not\0fine"]), /row 2, column `v`: the string has a NUL/],
    [
      "a NUL in a dictionary",
      dictionaryColumn(["\0", "fine"], [1, 1, 0]),
      /row 3, column `v`: the string has a NUL/,
    ],
    [
      "a fraction of a microsecond",
      raw(new TimestampNanosecond(), BigInt64Array.of(1000n, 1n), 2),
      /row 2, column `v`: 1 ns is not a whole microsecond/,
    ],
    [
      "a timestamp beyond",
      raw(new TimestampMicrosecond(), BigInt64Array.of(-(2n ** 63n)), 1),
      /row 1, column `v`: the timestamp lies outside/,
    ],
    [
      "a struct",
      column(new Struct([new Field("a", new Int32())]), [{ a: 1 }]),
      /column `v`.*Struct/,
    ],
    [
      "a list of lists",
      column(new List(new Field("item", new List(new Field("item", new Int32())))), [[[1]]]),
      /column `v`.*lists of lists/,
    ],
  ];
  await roundTrip(db, column(new Int32(), [42]));
  for (const [name, table, message] of refused) {
    const replacing = db.inRun(() => {
      return postgres().write(table as never, "round_trip", { ifExists: "replace" });
    });
    await assert.rejects(replacing, (error: Error) => message.test(error.message), name);
    assert.deepEqual(await db.rows("select v from round_trip"), [{ v: 42 }], name);
  }
});

Deno.test("write() names the row across batches and blocks", async () => {
  await using db = await testPostgres();
  const values = Array.from({ length: 5000 }, (_, row) => row === 4321 ? "\0" : "x");
  const table = column(new Utf8(), values, { batchRows: 1500 });
  await assert.rejects(roundTrip(db, table), /row 4322, column `v`/);
});
