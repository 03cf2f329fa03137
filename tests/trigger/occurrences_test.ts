import assert from "node:assert/strict";
import { occurrencesOf } from "../../runtime/trigger/occurrences.ts";

interface Case {
  readonly title: string;
  readonly pattern: string;
  readonly zone?: string;
  readonly after: string;
  readonly expected: readonly string[];
}

const berlin = "Europe/Berlin";
const cases: readonly Case[] = [
  {
    title: "goes by the clocks of its zone",
    pattern: "0 6 * * *",
    zone: berlin,
    after: "2024-03-30T12:00Z",
    expected: ["2024-03-31T04:00Z", "2024-04-01T04:00Z"],
  },
  {
    title: "runs what clocks leave out as much later",
    pattern: "30 2 * * *",
    zone: berlin,
    after: "2024-03-30T12:00Z",
    expected: ["2024-03-31T01:30Z", "2024-04-01T00:30Z"],
  },
  {
    title: "finds what clocks left out after they were put forward",
    pattern: "30 2 * * *",
    zone: berlin,
    after: "2024-03-31T01:10Z",
    expected: ["2024-03-31T01:30Z", "2024-04-01T00:30Z"],
  },
  {
    title: "loses none of an hour that clocks leave out",
    pattern: "*/30 2 * * *",
    zone: berlin,
    after: "2024-03-30T12:00Z",
    expected: ["2024-03-31T01:00Z", "2024-03-31T01:30Z", "2024-04-01T00:00Z"],
  },
  {
    title: "happens once where two clock times become one",
    pattern: "30 2,3 * * *",
    zone: berlin,
    after: "2024-03-31T00:00Z",
    expected: ["2024-03-31T01:30Z", "2024-04-01T00:30Z"],
  },
  {
    title: "counts an hour that comes twice once",
    pattern: "*/30 2 * * *",
    zone: berlin,
    after: "2024-10-26T12:00Z",
    expected: ["2024-10-27T00:00Z", "2024-10-27T00:30Z", "2024-10-28T01:00Z"],
  },
  {
    title: "counts it once where it looks from within the second pass",
    pattern: "30 2 * * *",
    zone: berlin,
    after: "2024-10-27T01:10Z",
    expected: ["2024-10-28T01:30Z"],
  },
  {
    title: "happens every hour that passes where it is hourly",
    pattern: "0 * * * *",
    zone: berlin,
    after: "2024-10-26T23:30Z",
    expected: ["2024-10-27T00:00Z", "2024-10-27T01:00Z", "2024-10-27T02:00Z"],
  },
  {
    title: "goes on through half an hour of Lord Howe's",
    pattern: "15 2 * * *",
    zone: "Australia/Lord_Howe",
    after: "2024-10-05T00:00Z",
    expected: ["2024-10-05T15:45Z", "2024-10-06T15:15Z"],
  },
  {
    title: "skips months without the day",
    pattern: "0 0 31 * *",
    after: "2024-01-31T00:00Z",
    expected: ["2024-03-31T00:00Z", "2024-05-31T00:00Z"],
  },
  {
    title: "takes seconds as a sixth field",
    pattern: "*/20 0 0 1 1 *",
    after: "2024-12-31T00:00Z",
    expected: ["2025-01-01T00:00Z", "2025-01-01T00:00:20Z", "2025-01-01T00:00:40Z"],
  },
];

for (const { title, pattern, zone = "UTC", after, expected } of cases) {
  Deno.test(`occurrencesOf() ${title}`, async () => {
    const next = await occurrencesOf({ kind: "cron", pattern, zone }, 0);
    let at = Date.parse(after);
    const found = expected.map(() => new Date(at = next(at)!).toISOString());
    assert.deepEqual(found, expected.map((text) => new Date(text).toISOString()));
  });
}

Deno.test("occurrencesOf() counts intervals from their start, and @once once", async () => {
  const every = await occurrencesOf({ kind: "interval", everyMs: 900, zone: "UTC" }, 100);
  assert.deepEqual([every(0), every(100), every(999), every(1000)], [100, 1000, 1000, 1900]);
  const once = await occurrencesOf({ kind: "once", zone: "UTC" }, 100);
  assert.deepEqual([once(99), once(100)], [100, undefined]);
});
