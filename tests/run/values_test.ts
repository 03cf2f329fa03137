/** What travels along edges: in memory, through files, and to several readers. @module */
import assert from "node:assert/strict";
import { decodeValue, encodeOutputs, type TableFiles } from "../../runtime/run/edge_values.ts";
import { tableFromArrays } from "apache-arrow";
import { TableStream } from "../../runtime/table/table.ts";
import { Project, statusesOf } from "./project.ts";

const noFiles: TableFiles = {
  table: (file) => Promise.reject(new Error(file)),
  stream: (file) => Promise.reject(new Error(file)),
};

Deno.test("encodeOutputs() and decodeValue() bring every value that may travel back as it was", async (test) => {
  const cases: readonly unknown[] = [
    null,
    undefined,
    true,
    "",
    "ü \u0000 \ud800",
    0,
    -0,
    1.5,
    NaN,
    Infinity,
    -Infinity,
    0n,
    -(2n ** 70n),
    new Date(0),
    new Date(NaN),
    [],
    [1, [2, undefined], { a: [null] }],
    {},
    { a: undefined, "b c": { $sluice: "table", value: "not one" } },
    JSON.parse('{"__proto__":{"a":1}}'),
    Temporal.PlainDate.from("2024-02-29"),
    Temporal.ZonedDateTime.from("2024-03-31T03:00+02:00[Europe/Berlin]"),
    [Temporal.Instant.from("2024-01-01T00:00:00.123456789Z"), Temporal.Duration.from("P1DT2H")],
  ];
  for (const value of cases) {
    await test.step(Deno.inspect(value), async () => {
      const { values } = encodeOutputs("block", { value });
      const decoded = await decodeValue(JSON.parse(JSON.stringify(values)).value, noFiles);
      assert.deepStrictEqual(comparable(decoded), comparable(value));
    });
  }
});

/** Temporal values have no properties that could be compared. */
function comparable(value: unknown): unknown {
  return Deno.inspect(value, { depth: 10, compact: true });
}

Deno.test("encodeOutputs() refuses what cannot travel, with the place inside it", async (test) => {
  const cyclic: Record<string, unknown> = {};
  cyclic.self = [cyclic];
  class Client {}
  const cases: readonly [unknown, RegExp][] = [
    [new Map(), /Block clean cannot hand on x: a Map does not travel/],
    [() => 1, /cannot hand on x: a function/],
    [Symbol("s"), /cannot hand on x: a symbol/],
    [
      { rows: [0, 1, 2, { client: new Client() }] },
      /cannot hand on x\.rows\[3\]\.client: a Client/,
    ],
    [{ "a b": { c: new Set() } }, /cannot hand on x\["a b"\]\.c: a Set/],
    [cyclic, /cannot hand on x\.self\[0\]: a value that contains itself/],
    [{ [Symbol("k")]: 1 }, /an object with symbols for keys/],
    [Promise.resolve(1), /cannot hand on x: a Promise/],
    [new Uint8Array(2), /cannot hand on x: a Uint8Array/],
    [new Error("e"), /cannot hand on x: a Error/],
  ];
  for (const [x, expected] of cases) {
    await test.step(String(expected), () => {
      assert.throws(() => encodeOutputs("clean", { x }), expected);
    });
  }
});

Deno.test("encodeOutputs() lays each table in a file of its own", () => {
  const table = tableFromArrays({ n: [1, 2] });
  const { values, tables } = encodeOutputs("block", {
    trips: table,
    parts: { first: table, rest: [new TableStream(table.schema, noBatches())] },
  });
  assert.deepEqual(tables.map(({ file }) => file), [
    "trips.arrow",
    "parts.arrow",
    "parts.2.arrow",
  ]);
  assert.deepEqual(values.trips, { $sluice: "table", value: "trips.arrow" });
});

async function* noBatches() {}

const imports = `
  import { tableFromArrays } from "apache-arrow";
  import { TableStream } from "sluice";
`;

Deno.test("superviseRun() hands tables on in memory, and saves them with their rows", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [
        { name: "load", outputs: ["trips", "count"] },
        { name: "print", reads: ["trips from load", "count from load"] },
      ],
    },
    `
    async function load() {
      return { trips: tableFromArrays({ n: Int32Array.of(1, 2, 3) }), count: 3n };
    }
    async function print({ trips, count }) { console.log(trips.numRows, count, trips.get(2).n); }
  `,
    imports,
  );
  const result = await project.run(compiled);
  assert.deepEqual(result.blocks.map(({ rows }) => rows), [3, null]);
  assert.deepEqual(await project.logsOf(result.run, "print"), ["3 3n 3"]);
  const outputs = await project.store.listOutputs(result.run, "load");
  assert.deepEqual(outputs.map(({ name, rows }) => `${name} ${rows}`), ["count null", "trips 3"]);

  const alone = await project.run(compiled, { block: "print" });
  assert.deepEqual(await project.logsOf(alone.run, "print"), ["3 3n 3"]);
});

Deno.test("superviseRun() keeps small values in the history and large ones in files", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [
        { name: "load", outputs: ["small", "large"] },
        { name: "print", reads: ["small from load", "large from load"] },
      ],
    },
    `
    async function load() { return { small: [1n, NaN], large: "x".repeat(100_000) }; }
    async function print({ small, large }) { console.log(small, large.length); }
  `,
  );
  const { run } = await project.run(compiled);
  const folder = `${project.folder}/.sluice/outputs/${run}/load`;
  assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["large.json"]);
  const alone = await project.run(compiled, { block: "print" });
  assert.deepEqual(await project.logsOf(alone.run, "print"), ["[ 1n, NaN ] 100000"]);

  await Deno.remove(`${folder}/large.json`);
  const lost = await project.run(compiled, { block: "print" });
  assert.match(
    lost.blocks[0]?.error ?? "",
    /Cannot read the saved large of load: .*; run the block/,
  );
});

Deno.test("superviseRun() spools a stream, so that several blocks read it, and a retry anew", async () => {
  await using project = new Project();
  const read = (name: string, more: string) => `
    let triesOf_${name} = 0;
    async function ${name}({ trips }) {
      let rows = 0;
      for await (const batch of trips.batches()) rows += batch.numRows;
      console.log(rows, trips.constructor === TableStream);
      ${more}
    }`;
  const compiled = await project.write(
    {
      blocks: [
        { name: "load", outputs: ["trips"] },
        { name: "one", reads: ["trips from load"] },
        {
          name: "two",
          reads: ["trips from load"],
          retry: { attempts: 2, delayMs: 0, backoff: "fixed" },
        },
      ],
    },
    `
    async function load() {
      const table = tableFromArrays({ n: Int32Array.of(1, 2, 3) });
      async function* batches() { yield* table.batches; yield* table.batches; }
      return { trips: new TableStream(table.schema, batches()) };
    }
    ${read("one", "")}
    ${read("two", "if (++triesOf_two === 1) throw new Error('once');")}
  `,
    imports,
  );
  const result = await project.run(compiled, { keep: "none" });
  assert.deepEqual(statusesOf(result), ["load completed", "one completed", "two completed"]);
  assert.equal(result.blocks[0]?.rows, 6);
  assert.deepEqual(await project.logsOf(result.run, "one"), ["6 true"]);
  assert.deepEqual(await project.logsOf(result.run, "two"), ["6 true", "6 true"]);
});

Deno.test("superviseRun() fails a block that hands on what cannot travel", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [{ name: "clean", outputs: ["rows"] }, { name: "below", reads: ["rows from clean"] }],
    },
    `
    async function clean() { return { rows: [{ client: new Map() }] }; }
    async function below() {}
  `,
  );
  const result = await project.run(compiled);
  assert.deepEqual(statusesOf(result), ["clean failed", "below upstream_failed"]);
  assert.match(
    result.blocks[0]?.error ?? "",
    /Block clean cannot hand on rows\[0\]\.client: a Map/,
  );
});
