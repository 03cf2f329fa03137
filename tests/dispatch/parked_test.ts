/** Sensors under a dispatcher: their runs end their processes while they wait. @module */
import assert from "node:assert/strict";
import { runProcesses, until } from "../e2e/watching.ts";
import { dispatched } from "./dispatched.ts";

const IMPORTS = 'import { on, run, until } from "sluice";';
const MARK = (name: string) => `await Deno.writeTextFile("@/${name}", "x", { append: true });`;
const IS_THERE = (file: string) => `() => Deno.stat("@/${file}").then(() => true, () => false)`;
const waitingFor = (file: string, every: string | number, header = "") =>
  `//| sensor: wait_${file}\n${header}${MARK(`looked_${file}`)}\n` +
  `const saw_${file} = await until(${IS_THERE(file)}, { every: ${JSON.stringify(every)} });`;

Deno.test("a run whose sensor waits holds no worker and no process, and goes on where it was", async () => {
  await using project = await dispatched({
    p: [
      IMPORTS,
      `//| loader: load\n${MARK("loads")}\nconst n = 7;`,
      `//| custom: wrong\n${MARK("wrongs")}\nif (n) throw new Error("no");`,
      `//| callback: told\n//| of: [wrong]\non("failure", async () => { ${MARK("told")} });`,
      waitingFor("go", 300),
      `//| exporter: below\n${MARK("belows")}\nconsole.log(n, saw_go);`,
    ],
    q: ["//| custom: other\nconsole.log(1);"],
  }, { limits: { runs: 1 } });
  const { dispatcher, store, folder } = project;
  const { run } = await dispatcher.accept({ pipeline: "p" });
  const isParked = async () => (await store.findRun(run))?.dueAt !== null;
  await until(async () => await isParked() && dispatcher.counts().running === 0, "it waits");
  const beside = await dispatcher.accept({ pipeline: "q" });
  assert.equal((await dispatcher.ended(beside.run)).status, "completed");
  const waiting = await store.findRun(run);
  assert.equal(waiting?.status, "running");
  const looked = () => Deno.readTextFile(`${folder}/looked_go`);
  await until(async () => (await looked()).length >= 3, "it has looked again and again");
  const [sensor] = (await store.listBlockRuns(run)).filter(({ block }) => block === "wait_go");
  assert.ok(sensor?.wait && sensor.wait.since <= Date.now());
  assert.equal(sensor.attempts, 1);
  await Deno.writeTextFile(`${folder}/go`, "");
  const result = await dispatcher.ended(run);
  assert.deepEqual(
    result.blocks.map(({ name, status, attempts }) => [name, status, attempts]),
    [["load", "completed", 1], ["wrong", "failed", 1], ["told", "completed", 1]].concat([
      ["wait_go", "completed", 1],
      ["below", "completed", 1],
    ]),
  );
  assert.equal(result.status, "failed");
  for (const name of ["loads", "wrongs", "told", "belows"]) {
    assert.equal(await Deno.readTextFile(`${folder}/${name}`), "x", name);
  }
  const logs = (await store.listLogs(run)).map(({ text }) => text);
  assert.deepEqual(logs, ["7 true"]);
  assert.deepEqual(runProcesses(folder), []);
});

Deno.test("sensors look no more often than they say, and time out by their first look", async () => {
  await using project = await dispatched({
    p: [
      IMPORTS,
      waitingFor("soon", 150),
      waitingFor("late", "1h"),
      `//| sensor: lost\n//| retry: { attempts: 2, delay: 1ms }\n${MARK("looked_lost")}\n` +
      `await until(() => false, { every: 100, timeout: 250 });`,
    ],
  });
  const { dispatcher, store, folder } = project;
  const looked = (file: string) => Deno.readTextFile(`${folder}/looked_${file}`);
  const { run } = await dispatcher.accept({ pipeline: "p" });
  const blockOf = async (name: string) =>
    (await store.listBlockRuns(run)).find(({ block }) => block === name);
  await until(async () => (await blockOf("lost"))?.status === "failed", "the third timed out");
  const lost = await blockOf("lost");
  assert.match(lost?.error ?? "", /did not come within 250 ms/);
  assert.equal(lost?.attempts, 2);
  const tries = (await store.listAttempts(run)).filter(({ block }) => block === "lost");
  assert.deepEqual(tries.map(({ attempt, status }) => [attempt, status]), [
    [1, "failed"],
    [2, "failed"],
  ]);
  assert.ok((await looked("lost")).length <= 6, "at most three looks for each try");
  await Deno.writeTextFile(`${folder}/soon`, "");
  await until(async () => (await blockOf("wait_soon"))?.status === "completed", "the first saw it");
  await until(async () => (await store.findRun(run))?.dueAt !== null, "the second waits alone");
  assert.equal(await looked("late"), "x");
  await dispatcher.cancel(run);
  const result = await dispatcher.ended(run);
  assert.deepEqual(result.blocks.map(({ status }) => status), ["completed", "cancelled", "failed"]);
  assert.equal(result.status, "cancelled");
});

Deno.test("a run's timeout counts what its sensors wait", async () => {
  await using project = await dispatched({ p: [IMPORTS, waitingFor("never", "1h")] });
  const { dispatcher, store } = project;
  const { run } = await dispatcher.accept({ pipeline: "p", timeoutMs: 1500 });
  const result = await dispatcher.ended(run);
  assert.equal(result.status, "failed");
  assert.match(result.error ?? "", /did not end within its timeout of 1500 ms/);
  const { dueAt } = (await store.findRun(run))!;
  assert.equal(dueAt, null);
});

Deno.test("what a sensor waited counts over all its processes, and anew in another try of the run", async () => {
  await using project = await dispatched({
    p: [
      IMPORTS,
      `//| sensor: wait\n` +
      `await until(${
        IS_THERE("go")
      }, { every: 50, timeout: "1h" });\nif (run.event) throw new Error("again");`,
    ],
  });
  const { dispatcher, store, folder } = project;
  const { run } = await dispatcher.accept({ pipeline: "p", event: true });
  const waits = async () => (await store.listBlockRuns(run))[0]?.wait ?? null;
  await until(async () => await waits() !== null, "it waits");
  const first = await waits();
  await until(async () => (await waits())?.lookAt !== first?.lookAt, "it has looked again");
  assert.equal((await waits())?.since, first?.since);
  await Deno.writeTextFile(`${folder}/go`, "");
  assert.equal((await dispatcher.ended(run)).status, "failed");
  await Deno.remove(`${folder}/go`);
  await dispatcher.resume(run);
  await until(
    async () => await waits() !== null && (await store.findRun(run))?.status === "running",
    "it waits anew",
  );
  assert.ok((await waits())!.since > first!.since);
  await dispatcher.cancel(run);
});

Deno.test("callbacks hear of a run that is cancelled while its sensor waits, however full the dispatcher is", async () => {
  await using project = await dispatched({
    p: [
      IMPORTS,
      waitingFor("never", "1h"),
      `//| exporter: below\n${MARK("belows")}\nconsole.log(saw_never);`,
      `//| callback: told\non("cancelled", async ({ run }) => { await Deno.writeTextFile("@/told", run); });`,
    ],
    busy: ["//| custom: spin\nconsole.log('on');\nwhile (true);"],
  }, { limits: { runs: 1 } });
  const { dispatcher, store, folder } = project;
  const { run } = await dispatcher.accept({ pipeline: "p" });
  await until(async () => (await store.findRun(run))?.dueAt !== null, "it waits");
  const busy = await dispatcher.accept({ pipeline: "busy" });
  await until(async () => (await store.listLogs(busy.run)).length > 0, "another run goes on");
  await dispatcher.cancel(run);
  const { status, blocks } = await dispatcher.ended(run);
  assert.equal(status, "cancelled");
  assert.deepEqual(
    blocks.map(({ name, status, attempts }) => [name, status, attempts]),
    [["wait_never", "cancelled", 1], ["below", "cancelled", 0], ["told", "completed", 1]],
  );
  assert.equal(await Deno.readTextFile(`${folder}/told`), run);
  assert.equal(await Deno.readTextFile(`${folder}/looked_never`), "x");
  await dispatcher.cancel(busy.run);
});
