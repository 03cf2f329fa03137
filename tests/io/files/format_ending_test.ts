import assert from "node:assert/strict";
import { formatEnding } from "../../../runtime/io/files/format_ending.ts";

const CASES: readonly (readonly [string, string])[] = [
  ["a.csv", ".csv"],
  ["in/2024.01/a.CSV.GZ", ".csv"],
  ["a.ndjson.zst", ".ndjson"],
  ["gs://bucket.of.mine/sets/trips.parquet/", ".parquet"],
  ["a.", "."],
  ["set.of/files", ""],
  [".csv", ""],
  ["in/.csv", ""],
  ["", ""],
];

for (const [name, ending] of CASES) {
  Deno.test(`formatEnding() of "${name}" is "${ending}"`, () => {
    assert.equal(formatEnding(name), ending);
  });
}
