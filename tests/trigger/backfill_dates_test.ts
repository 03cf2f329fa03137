import assert from "node:assert/strict";
import { RequestError } from "../../runtime/run/request_error.ts";
import { type BackfillSpan, planBackfill } from "../../runtime/trigger/backfill_dates.ts";

type Span = Omit<BackfillSpan, "pipeline">;

const cases: readonly (readonly [string, Span, readonly string[]])[] = [
  ["one day", { start: "2024-01-12", end: "2024-01-12" }, ["2024-01-12T00:00:00+00:00[UTC]"]],
  [
    "the ends of months",
    { start: "2024-01-31", end: "2024-04-30", unit: "month" },
    ["2024-01-31", "2024-02-29", "2024-03-31", "2024-04-30"],
  ],
  [
    "a leap day by years",
    { start: "2024-02-29", end: "2028-02-29", unit: "year", interval: 2 },
    ["2024-02-29", "2026-02-28", "2028-02-29"],
  ],
  [
    "days on the clocks of a zone",
    { start: "2024-03-30T06:00", end: "2024-04-01", unit: "day", zone: "Europe/Berlin" },
    ["2024-03-30T06:00:00+01:00", "2024-03-31T06:00:00+02:00"],
  ],
  [
    "every hour that passes",
    { start: "2024-03-31T01:00", end: "2024-03-31T03:00", unit: "hour", zone: "Europe/Berlin" },
    ["2024-03-31T01:00:00+01:00", "2024-03-31T03:00:00+02:00"],
  ],
  [
    "what the interval does not divide",
    { start: "2024-01-01", end: "2024-01-12", unit: "week" },
    ["2024-01-01", "2024-01-08"],
  ],
];

for (const [title, span, expected] of cases) {
  Deno.test(`planBackfill() plans ${title}`, () => {
    const dates = planBackfill({ pipeline: "taxi", ...span });
    const found = dates.map(({ executionDate }, at) =>
      executionDate.slice(0, expected[at]?.length)
    );
    assert.deepEqual(found, expected);
  });
}

Deno.test("planBackfill() makes 8 dates of 2024-01-12 to 2024-01-19, their intervals side by side", () => {
  const dates = planBackfill({ pipeline: "taxi", start: "2024-01-12", end: "2024-01-19" });
  assert.equal(dates.length, 8);
  for (const [at, { intervalEnd }] of dates.slice(0, -1).entries()) {
    assert.equal(intervalEnd, dates[at + 1]?.executionDate);
  }
});

const refused: readonly (readonly [Span, RegExp])[] = [
  [{ start: "2024-03-02", end: "2024-03-01" }, /start 2024-03-02 is after end 2024-03-01$/],
  [{ start: "tomorrow", end: "2024-03-01" }, /the start is "tomorrow"; give a date/],
  [{ start: "2024-03-01", end: "2024-02-30" }, /the end is "2024-02-30"; give a date/],
  [{ start: "2024-03-01", end: "2024-03-02", interval: 0 }, /the interval is 0; give a whole/],
  [{ start: "2024-03-01", end: "2024-03-02", zone: "Mars/X" }, /no time zone "Mars\/X"/],
  [{ start: "2000-01-01", end: "2024-03-02", unit: "minute" }, /more than 10000 dates/],
  [{ start: "2024-03-01", end: "2024-03-02", unit: "days" as "day" }, /the unit is "days"/],
];

for (const [span, expected] of refused) {
  Deno.test(`planBackfill() refuses ${JSON.stringify(span)}`, () => {
    assert.throws(() => planBackfill({ pipeline: "taxi", ...span }), (error: Error) => {
      assert(error instanceof RequestError);
      assert.match(error.message, /^Cannot backfill taxi: /);
      assert.match(error.message, expected);
      return true;
    });
  });
}
