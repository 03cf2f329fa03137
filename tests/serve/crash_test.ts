/** The crash harness as the suite runs it; `deno task soak` does so ten times as long. @module */
import assert from "node:assert/strict";
import { crash } from "./crash.ts";

Deno.test("no accepted trigger is lost, stuck or done twice while server and runs are killed", async () => {
  const { faults, accepted, completed, failed } = await crash({ kills: 20, seed: 7 });
  assert.deepEqual(faults, []);
  assert.equal(completed + failed, accepted);
  assert.ok(completed > failed);
});
