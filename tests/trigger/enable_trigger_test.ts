import assert from "node:assert/strict";
import { enableTrigger } from "../../runtime/trigger/enable_trigger.ts";
import { StaleFileError } from "../../runtime/trigger/triggers_file.ts";
import { TestProject } from "./project.ts";

/** What stands in the file, and what stands there once `a` is enabled. */
const CASES: readonly (readonly [before: string, after: string])[] = [
  [
    "triggers:\n  a: # it\n    pipeline:  taxi # two spaces\n    enabled:   false  # for now\n    api: { }\n",
    "triggers:\n  a: # it\n    pipeline:  taxi # two spaces\n    enabled:   true  # for now\n    api: { }\n",
  ],
  [
    "triggers:\r\n  a:\r\n    enabled: false\r\n    pipeline: taxi\r\n    api: {}\r\n",
    "triggers:\r\n  a:\r\n    enabled: true\r\n    pipeline: taxi\r\n    api: {}\r\n",
  ],
  [
    "triggers:\n    a:\n        # as it is\n        pipeline: taxi\n        api: {}\n    b: {pipeline: taxi, api: {}}\n",
    "triggers:\n    a:\n        # as it is\n        enabled: true\n        pipeline: taxi\n        api: {}\n" +
    "    b: {pipeline: taxi, api: {}}\n",
  ],
  [
    'triggers: { a: { "pipeline": taxi, api: { } } }\n',
    'triggers: { a: { enabled: true, "pipeline": taxi, api: { } } }\n',
  ],
];

for (const [before, after] of CASES) {
  Deno.test(`enableTrigger() changes nothing else: ${JSON.stringify(before)}`, async () => {
    await using project = new TestProject();
    const projectFolder = project.folder;
    await project.addPipeline("taxi");
    await project.write("triggers.yaml", before);
    const { trigger, file } = await enableTrigger("a", true, { projectFolder });
    assert.equal(trigger.enabled, true);
    assert.equal(await project.read("triggers.yaml"), after);
    await enableTrigger("a", false, { projectFolder, etag: file.etag });
    assert.equal(await project.read("triggers.yaml"), after.replace("true", "false"));
    await assert.rejects(
      () => enableTrigger("a", true, { projectFolder, etag: file.etag }),
      StaleFileError,
    );
  });
}

Deno.test("enableTrigger() of an unknown trigger names the nearest, or its own problem", async () => {
  await using project = new TestProject();
  await project.addPipeline("taxi");
  await project.write("triggers.yaml", "triggers: { nightly: { pipeline: taxi, api: {} } }\n");
  const enable = (name: string) => enableTrigger(name, true, { projectFolder: project.folder });
  await assert.rejects(() => enable("nihgtly"), /did you mean `nightly`\?/);
  await project.write("triggers.yaml", "triggers: { nightly: { pipline: taxi, api: {} } }\n");
  await assert.rejects(
    () => enable("nightly"),
    /Cannot find trigger nightly; triggers\.yaml, line 1/,
  );
});
