import assert from "node:assert/strict";
import { tableFromArrays } from "apache-arrow";
import { check } from "../../runtime/table/check.ts";
import { derive } from "../../runtime/table/derive.ts";
import { filter } from "../../runtime/table/filter.ts";
import { rename, renameAll } from "../../runtime/table/rename.ts";
import { rows } from "../../runtime/table/rows.ts";
import { select } from "../../runtime/table/select.ts";
import { TableStream } from "../../runtime/table/table.ts";

const CALLS: readonly (readonly [doing: string, call: (table: never) => unknown])[] = [
  ["filter", (table) => filter(table, () => true)],
  ["select columns", (table) => select(table, ["n" as never])],
  ["derive columns", (table) => derive(table, { m: { type: "int64", from: () => 1 } })],
  ["rename columns", (table) => rename(table, { n: "m" } as never)],
  ["rename columns", (table) => renameAll(table)],
  ["check", (table) => check(table, { "is so": () => true })],
  ["take rows", (table) => rows(table)],
];

const NO_TABLES: readonly (readonly [value: unknown, said: string])[] = [
  [undefined, "undefined, not a table"],
  [null, "null, not a table"],
  [Promise.resolve(), "a Promise, not a table; await it first"],
  [[{ n: 1 }], "an array, not a table; make one of its rows with tableFromRows"],
  [{ schema: {} }, "an object, not a table"],
  [new Map(), "a Map, not a table"],
  ["trips", "a string, not a table"],
];

for (const [doing, call] of CALLS) {
  Deno.test(`checkTable() refuses to ${doing} what is no table`, () => {
    for (const [value, said] of NO_TABLES) {
      if (doing === "check" && typeof value === "string") continue; // the name of a condition
      const message = `Cannot ${doing}: it got ${said}`;
      assert.throws(() => call(value as never), { name: "TypeError", message });
    }
  });
}

Deno.test("rows() refuses a stream", () => {
  const table = tableFromArrays({ n: [1] });
  async function* batches() {
    yield* table.batches;
  }
  const stream = new TableStream(table.schema, batches());
  assert.throws(() => rows(stream as never), {
    message: "Cannot take rows of a TableStream, which may not fit in memory: collect it with " +
      "`await tableOf(stream)`",
  });
});
