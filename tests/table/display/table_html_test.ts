/** Tables as notebooks show them. @module */
import assert from "node:assert/strict";
import { makeTable, tableFromArrays } from "apache-arrow";
import { displayOf } from "../../../runtime/table/display/display_of.ts";
import { isSampled, summariseColumns } from "../../../runtime/table/display/column_summary.ts";
import { tableHtml } from "../../../runtime/table/display/table_html.ts";
import { tableFromRows } from "../../../runtime/table/table_from_rows.ts";

const TRIPS = tableFromRows([
  { zone: "<Newark>", fare: 8.5, day: new Date("2021-01-01"), paid: true },
  { zone: "JFK", fare: null, day: new Date("2021-01-03"), paid: false },
  { zone: null, fare: 12, day: new Date("2021-01-02"), paid: null },
], { types: { zone: "string", fare: "float64", day: "timestamp", paid: "boolean" } });

Deno.test("summariseColumns() tells types, nulls, ranges and how values are spread", () => {
  assert.deepEqual(
    summariseColumns(TRIPS).map(({ name, type, nulls, text }) => [name, type, nulls, text]),
    [
      ["zone", "string", 1, "2 different"],
      ["fare", "float64", 1, "8.5 … 12"],
      ["day", "timestamp", 0, "2021-01-01 … 2021-01-03"],
      ["paid", "boolean", 1, "2 different"],
    ],
  );
  assert.deepEqual(summariseColumns(TRIPS)[1]?.bars, [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
});

Deno.test("tableHtml() shows names, values, nulls and the size, and escapes what is text", () => {
  const html = tableHtml(TRIPS);
  for (const part of ["<b>zone</b>", "&lt;Newark&gt;", `class="null">null`, "3 rows × 4 columns"]) {
    assert.ok(html.includes(part), part);
  }
  assert.ok(!html.includes("<Newark>") && !html.includes("sample"));
});

Deno.test("tableHtml() of a long table shows both ends and says that it sampled", () => {
  const rows = 1_400_000;
  assert.ok(isSampled(rows));
  const html = tableHtml(makeTable({ n: Int32Array.from({ length: rows }, (_, at) => at) }));
  for (const part of ["<th>1</th>", "<th>1,400,000</th>", "⋮", "sample", "1,400,000 rows"]) {
    assert.ok(html.includes(part), part);
  }
  assert.ok(html.length < 10_000);
});

Deno.test("tableHtml() of tables without rows, and with more columns than fit", () => {
  assert.ok(tableHtml(tableFromRows([], { types: { n: "int64" } })).includes("0 rows × 1 column"));
  const wide = tableFromArrays(
    Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`c${at}`, [at]])),
  );
  const html = tableHtml(wide);
  assert.ok(html.includes("the first 60 columns are shown") && !html.includes("<b>c60</b>"));
});

Deno.test("displayOf() shows tables, Vega-Lite and elements, and leaves the rest alone", async () => {
  const cases: readonly (readonly [unknown, readonly string[] | undefined])[] = [
    [TRIPS, ["text/plain", "text/html"]],
    [
      { $schema: "https://vega.github.io/schema/vega-lite/v5.json", mark: "bar" },
      ["text/plain", "application/vnd.vegalite.v5+json"],
    ],
    [{ outerHTML: "<svg><rect/></svg>" }, ["text/plain", "image/svg+xml"]],
    [{ outerHTML: "<figure></figure>" }, ["text/plain", "text/html"]],
    [{ n: 1 }, undefined],
    ["text", undefined],
    [null, undefined],
  ];
  for (const [value, types] of cases) {
    const media = await displayOf(value);
    assert.deepEqual(media && Object.keys(media), types);
  }
});
