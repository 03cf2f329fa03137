import assert from "node:assert/strict";
import { nearest, suggestion } from "../../runtime/commands/meant.ts";

const NAMES = ["api_to_postgres", "api_to_parquet", "example_pipeline", "test_config"];

const CASES: readonly (readonly [mistyped: string, expected: readonly string[]])[] = [
  ["exmaple_pipeline", ["example_pipeline"]],
  ["Test_Config", ["test_config"]],
  ["api_to_parkuet", ["api_to_parquet"]],
  ["example", ["example_pipeline"]],
  ["zzz", []],
];

for (const [mistyped, expected] of CASES) {
  Deno.test(`nearest() of ${mistyped} is ${expected.join(", ") || "nothing"}`, async () => {
    assert.deepEqual(await nearest(mistyped, NAMES), expected);
  });
}

Deno.test("suggestion() lists what there is where nothing is near", async () => {
  assert.equal(await suggestion("zzz", ["one", "two"], "pipelines"), "; pipelines: one, two");
  assert.equal(await suggestion("zzz", [], "pipelines"), "; there are no pipelines");
  const many = Array.from({ length: 10 }, (_, index) => `p${index}`);
  assert.match(await suggestion("zzzzzz", many, "pipelines"), /p7 and 2 more$/);
});
