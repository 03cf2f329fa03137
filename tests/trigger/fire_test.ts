import assert from "node:assert/strict";
import {
  fireFromBody,
  fireTrigger,
  isTokenOf,
  makeToken,
  triggerOf,
} from "../../runtime/trigger/fire.ts";
import type { ApiTrigger } from "../../runtime/trigger/trigger.ts";
import { loadTriggers } from "../../runtime/trigger/triggers_file.ts";
import { Ledger, TestProject } from "./project.ts";

const TRIGGERS = `triggers:
  hook:
    pipeline: taxi
    variables: { city: Bergen }
    timeout: 1m
    api: { parameters: [city] }
  off: { pipeline: taxi, enabled: false, api: {} }
`;

async function projectWith() {
  const project = new TestProject();
  await project.addPipeline("taxi");
  await project.write("triggers.yaml", TRIGGERS);
  return project;
}

Deno.test("fireFromBody() takes the parameters that the trigger lists; the whole body is the event", async () => {
  await using project = await projectWith();
  const dispatcher = new Ledger();
  const options = { projectFolder: project.folder, dispatcher };
  const hook = triggerOf(await loadTriggers(project.folder), "hook") as ApiTrigger;
  const body = { city: "Rome", other: 1, nested: { deep: true } };
  await fireFromBody(hook, body, options);
  await fireFromBody(hook, ["a"], options);
  const [first, second] = dispatcher.accepted;
  assert.deepEqual(first?.variables, { city: "Rome" });
  assert.deepEqual(first?.event, body);
  assert.equal(first?.timeoutMs, 60_000);
  assert.deepEqual([second?.variables, second?.event], [{ city: "Bergen" }, ["a"]]);
});

Deno.test("fireFromBody() makes one run of two requests with one key, and none where it is disabled", async () => {
  await using project = await projectWith();
  const options = { projectFolder: project.folder, dispatcher: new Ledger(), key: "42" };
  const hook = triggerOf(await loadTriggers(project.folder), "hook") as ApiTrigger;
  const [first, second] = [
    await fireFromBody(hook, {}, options),
    await fireFromBody(hook, {}, options),
  ];
  assert.deepEqual([second.run, second.isNew], [first.run, false]);
  const off = triggerOf(await loadTriggers(project.folder), "off") as ApiTrigger;
  await assert.rejects(() => fireFromBody(off, {}, options), /Cannot fire off: it is disabled/);
});

Deno.test("fireTrigger() fires by hand what is disabled too, and tells of a name that is none", async () => {
  await using project = await projectWith();
  const options = { projectFolder: project.folder, dispatcher: new Ledger() };
  await fireTrigger("off", { variables: { city: "Rome" } }, options);
  assert.deepEqual(options.dispatcher.accepted[0]?.variables, { city: "Rome" });
  await assert.rejects(
    () => fireTrigger("hok", {}, options),
    /Cannot find trigger hok; did you mean `hook`\?$/,
  );
});

Deno.test("makeToken() keeps a hash alone, and takes the place of the token before", async () => {
  await using project = await projectWith();
  const { store } = project;
  const first = await makeToken("hook", store);
  assert.match(first, /^[0-9a-f]{64}$/);
  assert.equal(await isTokenOf("hook", first, store), true);
  assert.equal(await isTokenOf("off", first, store), false);
  const second = await makeToken("hook", store);
  assert.deepEqual(
    [await isTokenOf("hook", first, store), await isTokenOf("hook", second, store)],
    [false, true],
  );
  const file = await Deno.readFile(`${project.folder}/.sluice/history.db-wal`);
  assert.equal(new TextDecoder("latin1").decode(file).includes(second), false);
});
