import assert from "node:assert/strict";
import { nearestName } from "../../runtime/table/nearest.ts";

const CASES: readonly [string, readonly string[], string | undefined][] = [
  ["passanger_count", ["fare", "passenger_count"], "passenger_count"],
  ["laod", ["load", "save"], "load"],
  ["FARE", ["fare"], "fare"],
  ["fare", ["date"], undefined],
  ["fare", ["date", "fare_amount"], "fare_amount"],
  [
    "tpep_pickpu_datetme",
    ["tpep_dropoff_datetime", "tpep_pickup_datetime"],
    "tpep_pickup_datetime",
  ],
  ["x", [], undefined],
];

for (const [name, known, nearest] of CASES) {
  Deno.test(`nearestName() of ${name} among [${known}] is ${nearest}`, () => {
    assert.equal(nearestName(name, known), nearest);
  });
}
