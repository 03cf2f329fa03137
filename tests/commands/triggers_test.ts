import assert from "node:assert/strict";
import { SMALL } from "./notebooks.ts";
import { projectOf } from "./project_of.ts";

const GOOD = `triggers:
  nightly: { pipeline: small, schedule: "@daily" }
  often: { pipeline: small, enabled: false, schedule: "*/5 * * * *", zone: Europe/Berlin }
`;

Deno.test("triggers lists triggers.yaml, and names line and mend of what is wrong in it", async () => {
  using project = projectOf({ "notebooks/small.ipynb": SMALL });
  const none = await project.call(["triggers"]);
  assert.deepEqual([none.code, none.stdout], [0, "No triggers in triggers.yaml yet\n"]);

  project.write("triggers.yaml", GOOD);
  const listed = await project.call(["triggers"]);
  assert.equal(listed.code, 0, listed.stderr);
  assert.match(listed.stdout, /^nightly +small +yes +0 0 \* \* \* \(UTC\)$/m);
  assert.match(listed.stdout, /^often +small +no +\*\/5 \* \* \* \* \(Europe\/Berlin\)$/m);
  const { triggers } = JSON.parse((await project.call(["triggers", "--json"])).stdout);
  assert.deepEqual(triggers.map(({ name }: { name: string }) => name), ["nightly", "often"]);

  project.write("triggers.yaml", GOOD.replace("pipeline: small, sch", "pipline: small, sch"));
  const wrong = await project.call(["triggers"]);
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /triggers\.yaml, line 2:\d+: .*did you mean `pipeline`\?/);
});
