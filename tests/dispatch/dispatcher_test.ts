import assert from "node:assert/strict";
import { until } from "../e2e/watching.ts";
import { dispatched, waitFor } from "./dispatched.ts";

const TRIVIAL = ["//| loader: one\nconst a = 1;", "//| exporter: two\nconsole.log(a);"];

Deno.test("accept() is durable, and the run completes", async () => {
  await using project = await dispatched({ p: TRIVIAL });
  const { dispatcher, store } = project;
  const { run, isNew, isSkipped } = await dispatcher.accept({
    pipeline: "p",
    trigger: "daily",
    backfill: "b",
    executionDate: "2024-03-01",
  });
  assert.deepEqual([isNew, isSkipped], [true, false]);
  assert.equal((await store.findRun(run))?.trigger, "daily");
  const result = await dispatcher.ended(run);
  assert.equal(result.status, "completed");
  assert.deepEqual((await store.listRuns({ trigger: "daily" })).map(({ id }) => id), [run]);
  assert.deepEqual((await store.listRuns({ backfill: "b", status: "completed" })).length, 1);
  assert.deepEqual(await store.listRuns({ trigger: "other" }), []);
  const [attempt] = await store.listRunAttempts(run);
  assert.deepEqual([attempt?.attempt, attempt?.status], [1, "completed"]);
  const finished = project.events.filter(({ type }) => type === "run_finished");
  assert.equal(finished.length, 1);
  const { queued, running } = dispatcher.counts();
  assert.deepEqual([queued, running], [0, 0]);
});

Deno.test("accept() gives the first run of a key", async () => {
  await using project = await dispatched({ p: TRIVIAL });
  const { dispatcher } = project;
  const both = await Promise.all([1, 2].map(() => dispatcher.accept({ pipeline: "p", key: "k" })));
  assert.equal(both[0]?.run, both[1]?.run);
  assert.deepEqual(both.map(({ isNew }) => isNew).sort(), [false, true]);
  await dispatcher.ended(both[0]!.run);
  assert.equal((await dispatcher.accept({ pipeline: "p", key: "k" })).isNew, false);
});

Deno.test("accept() refuses what cannot be, or records it as a failed run", async () => {
  await using project = await dispatched({ p: TRIVIAL, broken: ["//| loader: x\nconst = 1;"] });
  const { dispatcher, store } = project;
  await assert.rejects(
    dispatcher.accept({ pipeline: "nothing" }),
    /Cannot run nothing: there is no/,
  );
  await assert.rejects(
    dispatcher.accept({ pipeline: "p", variables: { n: "1" } }),
    /Cannot set n: p has no such parameter/,
  );
  await assert.rejects(dispatcher.accept({ pipeline: "broken" }), /cell 1/);
  for (const pipeline of ["nothing", "broken"]) {
    const { run } = await dispatcher.accept({ pipeline, whenRefused: "record" });
    const found = await store.findRun(run);
    assert.equal(found?.status, "failed");
    assert.ok(found.error);
  }
});

Deno.test("acceptAll() accepts all of them, or none", async () => {
  await using project = await dispatched({ p: TRIVIAL });
  const { dispatcher, store } = project;
  const wrong = dispatcher.acceptAll([{ pipeline: "p" }, { pipeline: "nothing" }]);
  await assert.rejects(wrong, /Cannot run nothing/);
  assert.deepEqual(await store.listRuns(), []);
  const dates = ["2024-03-01", "2024-03-02"];
  const accepted = await dispatcher.acceptAll(
    dates.map((executionDate) => ({ pipeline: "p", executionDate })),
  );
  for (const [at, { run }] of accepted.entries()) {
    assert.equal((await dispatcher.ended(run)).status, "completed");
    assert.ok((await store.findRun(run))?.executionDate.startsWith(dates[at]!));
  }
});

Deno.test("the dispatcher keeps its limits, and the order of priorities", async () => {
  const order = [
    'import { run } from "sluice";',
    `//| custom: go\nawait Deno.writeTextFile("@/order", String(run.event) + " ", { append: true });\n${
      waitFor("go")
    }`,
  ];
  await using project = await dispatched({ p: order, q: order }, {
    limits: { runs: 2, runsPerPipeline: 1 },
  });
  const { dispatcher } = project;
  const text = () => Deno.readTextFile(`${project.folder}/order`).catch(() => "");
  const first = await dispatcher.accept({ pipeline: "p", event: "first" });
  await until(async () => await text() === "first ", "the first has begun");
  const rest = [];
  for (const [event, priority] of [["low", 0], ["high", 5]] as const) {
    rest.push(await dispatcher.accept({ pipeline: "p", event, priority }));
  }
  rest.push(await dispatcher.accept({ pipeline: "q", event: "beside" }));
  await until(async () => (await text()).includes("beside"), "the other pipeline's run has begun");
  assert.equal(dispatcher.counts().running, 2);
  project.write("go", "");
  await Promise.all([first, ...rest].map(({ run }) => dispatcher.ended(run)));
  assert.equal(await text(), "first beside high low ");
});

Deno.test("concurrency: queue waits for the trigger's run, skip does not run", async () => {
  await using project = await dispatched({ p: [`//| custom: go\n${waitFor("go")}`] });
  const { dispatcher, store } = project;
  const ask = (trigger: string, concurrency: "queue" | "skip") =>
    dispatcher.accept({ pipeline: "p", trigger, concurrency });
  const first = await ask("a", "queue");
  const second = await ask("a", "queue");
  const beside = await ask("b", "skip");
  await until(() => dispatcher.counts().running === 2, "the first of both triggers go on");
  const skipped = await ask("b", "skip");
  assert.deepEqual(skipped, { run: beside.run, isNew: false, isSkipped: true });
  assert.equal((await store.findRun(second.run))?.status, "initial");
  project.write("go", "");
  for (const { run } of [first, second, beside]) {
    assert.equal((await dispatcher.ended(run)).status, "completed");
  }
  const [one, two] = await Promise.all([first, second].map(({ run }) => store.findRun(run)));
  assert.ok(one!.endedAt! <= two!.startedAt!);
});

Deno.test("a failed run is retried under its id, what completed is kept, tries are recorded", async () => {
  await using project = await dispatched({
    p: [
      '//| loader: load\nawait Deno.writeTextFile("@/loads", "x", { append: true });\nconst n = 1;',
      '//| transformer: wrong\nif (!await Deno.stat("@/calm").catch(() => null)) {\n' +
      'await Deno.writeTextFile("@/calm", "");\nthrow new Error("not calm " + n);\n}',
    ],
  });
  const { dispatcher, store } = project;
  const retry = { attempts: 2, delayMs: 10 };
  const { run } = await dispatcher.accept({ pipeline: "p", retry, backfill: "b" });
  assert.equal((await dispatcher.ended(run)).status, "completed");
  const tries = await store.listRunAttempts(run);
  assert.deepEqual(tries.map(({ status }) => status), ["failed", "completed"]);
  assert.match(tries[0]?.error ?? "", /not calm 1/);
  assert.equal(await Deno.readTextFile(`${project.folder}/loads`), "x");
});

Deno.test("resume() goes on with a failed run, retry() makes a new one", async () => {
  await using project = await dispatched({
    p: ['//| custom: go\nawait Deno.stat("@/calm");'],
  });
  const { dispatcher, store } = project;
  const { run } = await dispatcher.accept({ pipeline: "p", trigger: "t" });
  assert.equal((await dispatcher.ended(run)).status, "failed");
  project.write("calm", "");
  await dispatcher.resume(run);
  assert.equal((await dispatcher.ended(run)).status, "completed");
  await assert.rejects(dispatcher.resume(run), /Cannot resume .*: it completed/);
  const again = await dispatcher.retry(run);
  assert.notEqual(again, run);
  assert.equal((await dispatcher.ended(again)).status, "completed");
  assert.equal((await store.findRun(again))?.trigger, "t");
});

Deno.test("a run past its timeout has failed, and says so", async () => {
  await using project = await dispatched({ p: [`//| custom: go\n${waitFor("never")}`] });
  const { dispatcher } = project;
  const { run } = await dispatcher.accept({ pipeline: "p", timeoutMs: 300 });
  const result = await dispatcher.ended(run);
  assert.equal(result.status, "failed");
  assert.match(result.error ?? "", /did not end within its timeout of 300 ms/);
});

Deno.test("cancel() ends a queued run, and a running one whatever it does", async () => {
  await using project = await dispatched({
    busy: ["//| custom: go\nconsole.log('on');\nwhile (true);"],
  }, {
    limits: { runs: 1 },
  });
  const { dispatcher, store, events } = project;
  const running = await dispatcher.accept({ pipeline: "busy" });
  const queued = await dispatcher.accept({ pipeline: "busy" });
  await dispatcher.cancel(queued.run);
  assert.equal((await store.findRun(queued.run))?.status, "cancelled");
  await until(
    () => events.some((it) => it.type === "run_event" && it.event.type === "log"),
    "the loop goes on",
  );
  await dispatcher.cancel(running.run);
  assert.equal((await store.findRun(running.run))?.status, "cancelled");
  await assert.rejects(dispatcher.cancel(running.run), /it has ended already \(cancelled\)/);
});

Deno.test("a notebook saved while a run waits or goes on changes the next run only", async () => {
  const cells = (word: string) => [
    `//| loader: go\nconsole.log("${word} begins");\n${waitFor("go")}\nconst m = 1;`,
    `//| custom: end\nconsole.log("${word} ends", m);`,
  ];
  await using project = await dispatched({ p: cells("old") }, { limits: { runs: 1 } });
  const { dispatcher, store, events } = project;
  const first = await dispatcher.accept({ pipeline: "p" });
  const second = await dispatcher.accept({ pipeline: "p" });
  await until(
    () => events.some((it) => it.type === "run_event" && it.event.type === "log"),
    "the first goes on",
  );
  const { notebookOf } = await import("../compile/notebook_of.ts");
  project.write(
    "notebooks/p.ipynb",
    notebookOf(cells("new")).replaceAll("@/", `${project.folder}/`),
  );
  const third = await dispatcher.accept({ pipeline: "p" });
  project.write("go", "");
  const words = [];
  for (const { run } of [first, second, third]) {
    await dispatcher.ended(run);
    words.push((await store.listLogs(run)).map(({ text }) => text).join());
  }
  assert.deepEqual(words, [
    "old begins,old ends 1",
    "old begins,old ends 1",
    "new begins,new ends 1",
  ]);
});

Deno.test("drain() leaves runs that do not end to the next dispatcher, and no process", async () => {
  await using project = await dispatched({
    p: [`//| custom: go\nconsole.log(Deno.pid);\n${waitFor("go")}`],
  });
  const { dispatcher, store, events } = project;
  const { run } = await dispatcher.accept({ pipeline: "p" });
  await until(
    () => events.some((it) => it.type === "run_event" && it.event.type === "log"),
    "the run goes on",
  );
  await dispatcher.drain({ graceMs: 0 });
  const found = await store.findRun(run);
  assert.equal(found?.status, "initial");
  assert.ok(found.dueAt);
  await assert.rejects(dispatcher.accept({ pipeline: "p" }), /the dispatcher is ending/);
  project.write("go", "");
  const { openDispatcher } = await import("../../runtime/dispatch/dispatcher.ts");
  const next = await openDispatcher({ projectFolder: project.folder, store });
  assert.equal((await next.ended(run)).status, "completed");
  await next.close();
});
