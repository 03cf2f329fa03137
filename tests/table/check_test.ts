/** check(), show() and previews, in a run and outside of one. @module */
import assert from "node:assert/strict";
import { Resources } from "../../runtime/context/resources.ts";
import { type Scope, type ScopeEvent, withScope } from "../../runtime/context/scope.ts";
import { check } from "../../runtime/table/check.ts";
import { CheckError } from "../../runtime/table/check_error.ts";
import { filter } from "../../runtime/table/filter.ts";
import { writeIpc } from "../../runtime/table/ipc.ts";
import { describeTable, previewText } from "../../runtime/table/preview.ts";
import { show } from "../../runtime/table/show.ts";
import { type Table, TableStream } from "../../runtime/table/table.ts";
import { tableFromRows } from "../../runtime/table/table_from_rows.ts";
import { tableOf } from "../../runtime/table/table_of.ts";

/** Calls `work` in a run that keeps what is reported. */
function reported(work: () => void): ScopeEvent[] {
  const events: ScopeEvent[] = [];
  withScope(scopeFor(events), work);
  return events;
}

function scopeFor(events: ScopeEvent[]): Scope {
  return {
    run: {
      id: "run",
      pipeline: "test",
      executionDate: Temporal.Now.zonedDateTimeISO("UTC"),
      interval: undefined,
      variables: {},
      event: undefined,
      signal: new AbortController().signal,
      attempt: 1,
      live: false,
    },
    block: "block",
    element: undefined,
    notebookFolder: Deno.cwd(),
    projectFolder: Deno.cwd(),
    profile: undefined,
    resources: new Resources(),
    report: (event) => events.push(event),
    registerHandler: () => {},
    nextCall: () => 0,
    each: () => Promise.resolve([]),
  };
}

function numbers(count: number) {
  return tableFromRows(Array.from({ length: count }, (_, n) => ({ n })), {
    types: { n: "int64 not null" },
  });
}

async function* batchesOf(table: Table<unknown>) {
  yield* table.batches;
}

function streamed<Row>(table: Table<Row>): TableStream<Row> {
  return new TableStream<Row>(table.schema, batchesOf(table));
}

const SMALL = { "small": (row: { n: number }) => row.n < 70_000, "whole": () => true };
const TINY = {
  "tiny": (row: { n: number }) => row.n < 69_998,
  "even": (row: { n: number }) => row.n % 2 === 0,
};

Deno.test("check() records every test of a call with its counts", () => {
  const events = reported(() => check(numbers(70_000), SMALL));
  assert.deepEqual(events, [{
    type: "checks",
    results: [
      { name: "small", passed: true, failedRows: 0, rows: 70_000 },
      { name: "whole", passed: true, failedRows: 0, rows: 70_000 },
    ],
  }]);
});

Deno.test("check() records all tests, then throws with counts and the first failing rows", () => {
  const events = reported(() => {
    assert.throws(() => check(numbers(70_000), TINY), (error) => {
      assert.ok(error instanceof CheckError);
      assert.deepEqual(error.message.split("\n").map((line) => line.trim()), [
        "2 of 2 checks failed: tiny (not in 2 of 70,000 rows); even (not in 35,000 of 70,000 rows)",
        "tiny, first rows that fail:",
        "n",
        "int64",
        "69998",
        "69999",
        "even, first rows that fail:",
        "n",
        "int64",
        "1",
        "3",
        "5",
      ]);
      return true;
    });
  });
  assert.deepEqual(events, [{
    type: "checks",
    results: [
      { name: "tiny", passed: false, failedRows: 2, rows: 70_000 },
      { name: "even", passed: false, failedRows: 35_000, rows: 70_000 },
    ],
  }]);
});

Deno.test("check() judges one condition by name", () => {
  assert.deepEqual(reported(() => check("all there", true)), [
    { type: "checks", results: [{ name: "all there", passed: true }] },
  ]);
  assert.throws(() => check("all there", false), { message: "Check failed: all there" });
  assert.throws(
    () => check("all there", Promise.resolve(true) as unknown as boolean),
    /a promise.*without async/,
  );
});

Deno.test("check() passes a table of no rows", () => {
  check(numbers(0), { "never asked": () => false });
});

Deno.test("check() on a stream judges it in place and fails its writer before the file is there", async () => {
  const folder = await Deno.makeTempDir();
  const stream = streamed(numbers(70_000));
  const events = reported(() => check(stream, TINY));
  assert.equal(events.length, 0);
  await assert.rejects(writeIpc(stream, `${folder}/n.arrow`), CheckError);
  assert.deepEqual(events.map((event) => event.type), ["checks"]);
  assert.deepEqual([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("check() on a stream lets it through where every row passes", async () => {
  const stream = streamed(numbers(70_000));
  const events = reported(() => check(stream, SMALL));
  const kept = filter(stream, (row) => row.n >= 69_999);
  assert.equal((await tableOf(kept)).numRows, 1);
  assert.equal(events.length, 1);
});

Deno.test("check() refuses a stream that was read already", async () => {
  const stream = streamed(numbers(1));
  await tableOf(stream);
  assert.throws(() => check(stream, SMALL), /Cannot read a TableStream twice/);
});

Deno.test("previewText() shows ends, types, nulls and the size", () => {
  const table = tableFromRows([
    { zone: "Newark", fare: 8.5, at: new Date("2021-01-31T10:00:00Z") },
    { zone: null, fare: null, at: new Date("2021-01-31T10:00:00.25Z") },
    ...Array.from({ length: 20 }, (_, n) => ({ zone: "x".repeat(40), fare: n, at: null })),
  ]);
  assert.equal(
    previewText(table, { rows: 4 }),
    [
      "zone                             fare  at",
      "string                        float64  timestamp",
      "Newark                            8.5  2021-01-31 10:00:00",
      "null                             null  2021-01-31 10:00:00.250",
      "…                                   …  …",
      "xxxxxxxxxxxxxxxxxxxxxxxxxxx…       18  null",
      "xxxxxxxxxxxxxxxxxxxxxxxxxxx…       19  null",
      "22 rows × 3 columns",
    ].join("\n"),
  );
  assert.match(previewText(table, { width: 30 }).split("\n")[0]!, /^zone +… 2 more columns$/);
  assert.equal(describeTable(numbers(1)), "1 row × 1 column");
  assert.equal(previewText(numbers(0)), "    n\nint64\n0 rows × 1 column");
});

Deno.test("previewText() shows values that JavaScript cannot hold", () => {
  const table = tableFromRows([{ id: 2n ** 60n }], { types: { id: "int64" } });
  assert.match(previewText(table), /1152921504606846976/);
});

/** What is shown, and the media types that the run keeps. */
const SHOWN: readonly (readonly [name: string, value: unknown, media: readonly string[]])[] = [
  ["a table", numbers(3), ["text/plain", "text/html"]],
  ["text", "hello", ["text/plain", "text/markdown"]],
  ["a plain object", { a: 1 }, ["text/plain"]],
  [
    "a Vega-Lite specification",
    {
      $schema: "https://vega.github.io/schema/vega-lite/v5.json",
      mark: "bar",
      data: { values: numbers(2) },
    },
    ["text/plain", "application/vnd.vegalite.v5+json"],
  ],
  ["an SVG element", { outerHTML: "<svg></svg>" }, ["text/plain", "image/svg+xml"]],
  [
    "what knows Jupyter's protocol",
    { [Symbol.for("Jupyter.display")]: () => ({ "text/markdown": "# hi" }) },
    ["text/markdown"],
  ],
];

for (const [name, value, media] of SHOWN) {
  Deno.test(`show() keeps ${name} as the run's artifact`, () => {
    const events = reported(() => show(value, { title: "Title" }));
    assert.equal(events.length, 1);
    const [event] = events;
    assert.ok(event?.type === "artifact");
    assert.equal(event.artifact.title, "Title");
    assert.deepEqual(Object.keys(event.artifact.data), media);
    const chart = event.artifact.data["application/vnd.vegalite.v5+json"];
    if (chart) assert.deepEqual(JSON.parse(chart).data.values, [{ n: 0 }, { n: 1 }]);
  });
}

Deno.test("show() escapes what a table holds", () => {
  const events = reported(() => show(tableFromRows([{ "<b>": "<script>&" }])));
  assert.ok(events[0]?.type === "artifact");
  const html = events[0].artifact.data["text/html"]!;
  assert.ok(html.includes("&lt;script&gt;&amp;") && html.includes("&lt;b&gt;"));
  assert.ok(!html.includes("<script>"));
});

Deno.test("show() refuses a stream, which it would use up", () => {
  assert.throws(() => show(streamed(numbers(1))), /Cannot show a TableStream/);
});
