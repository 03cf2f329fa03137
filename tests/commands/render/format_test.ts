import assert from "node:assert/strict";
import {
  counted,
  formatBytes,
  formatDuration,
  formatMoment,
} from "../../../runtime/commands/render/format.ts";

const DURATIONS: readonly (readonly [ms: number, text: string])[] = [
  [0, "0 ms"],
  [7.6, "8 ms"],
  [999.4, "999 ms"],
  [999.6, "1.00 s"],
  [1240, "1.24 s"],
  [5000, "5 s"],
  [12_340, "12.3 s"],
  [59_960, "1 min 0 s"],
  [125_000, "2 min 5 s"],
  [3_599_900, "1 h 0 min"],
  [11_040_000, "3 h 4 min"],
];

for (const [ms, text] of DURATIONS) {
  Deno.test(`formatDuration() writes ${ms} ms as ${text}`, () => {
    assert.equal(formatDuration(ms), text);
  });
}

const BYTES: readonly (readonly [bytes: number, text: string])[] = [
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 kB"],
  [25_165_824, "25.2 MB"],
  [999_600, "1.0 MB"],
  [250_000_000, "250 MB"],
  [3.2e15, "3200 TB"],
];

for (const [bytes, text] of BYTES) {
  Deno.test(`formatBytes() writes ${bytes} as ${text}`, () => {
    assert.equal(formatBytes(bytes), text);
  });
}

Deno.test("counted() groups digits and knows one from many", () => {
  assert.equal(counted(1, "row"), "1 row");
  assert.equal(counted(1_369_765, "row"), "1,369,765 rows");
});

Deno.test("formatMoment() writes UTC to the second", () => {
  assert.equal(formatMoment(Date.UTC(2021, 0, 31, 23, 59, 58, 999)), "2021-01-31 23:59:58");
});
