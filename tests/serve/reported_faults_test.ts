/** What users of such servers report goes wrong in them, each tried on the real one. @module */
import assert from "node:assert/strict";
import { notebookOf } from "../compile/notebook_of.ts";
import { projectOf } from "../commands/project_of.ts";
import { SLEEPING } from "../commands/notebooks.ts";
import { processesIn, runProcesses, until } from "../e2e/watching.ts";
import { isOver, mark, type Serving, startServing, waitFor } from "./serving.ts";

/** Fails in the first try of its run, unless its block is tried again. */
const ONCE_WRONG = (header: string) =>
  notebookOf([
    'import { run } from "sluice";',
    "//| loader: load\nconst n = 7;",
    `//| transformer: parse\n${header}const file = \`wrong_\${run.id}\`;\n` +
    'if (!await Deno.stat(file).catch(() => null)) {\n  await Deno.writeTextFile(file, "");\n' +
    '  throw new Error("wrong at first");\n}\nconst m = n;',
    "//| exporter: save\nconsole.log(m);",
  ]);

const GATED = notebookOf([
  "//| loader: load\nconst n = 7;",
  `//| custom: wait\nconsole.log("waits", n);\n${waitFor("gate")}`,
]);

const SENSING = notebookOf([
  'import { until } from "sluice";',
  '//| sensor: wait\nawait until(() => false, { every: "200ms" });',
]);

/** Gives the thread back as little as a busy loop does, and leaves the processor to other tests meanwhile. */
const BLOCKING = notebookOf([
  "//| loader: block\nconsole.log('blocking');\nconst cell = new Int32Array(new SharedArrayBuffer(4));\n" +
  "while (true) Atomics.wait(cell, 0, 0, 20);",
]);

const TRIGGERS = `triggers:
  short: { pipeline: gated, enabled: false, api: {}, timeout: 5s }
  retried: { pipeline: wrong, enabled: false, api: {}, retry: { attempts: 2, delay: 10ms } }
  ticking: { pipeline: ticking, schedule: every 1s, concurrency: skip }
  broken: { pipeline: broken, schedule: every 1s, concurrency: skip }
`;

Deno.test("faults that users of trigger servers report", async (test) => {
  using project = projectOf({
    "notebooks/wrong.ipynb": ONCE_WRONG(""),
    "notebooks/mended.ipynb": ONCE_WRONG("//| retry: { attempts: 2, delay: 10ms }\n"),
    "notebooks/gated.ipynb": GATED,
    "notebooks/ticking.ipynb": notebookOf([`//| custom: tick\n${mark("ticks")}`]),
    "notebooks/broken.ipynb": notebookOf(['//| custom: fail\nthrow new Error("always");']),
    "triggers.yaml": TRIGGERS,
  });
  await using server = await startServing(project);

  await test.step("a scheduler that stops: it fires on, though its runs fail", async () => {
    await until(() => sizeOf(`${project.folder}/ticks`) >= 3, "it ticks");
    await until(async () => {
      const runs = await runsOf(server, "broken");
      return runs.filter(({ status }) => status === "failed").length >= 2;
    }, "it fails, and is fired again");
    const ticks = sizeOf(`${project.folder}/ticks`);
    await until(() => sizeOf(`${project.folder}/ticks`) > ticks, "it ticks on");
    await server.patch("/api/triggers/ticking", { enabled: false });
    await server.patch("/api/triggers/broken", { enabled: false });
  });

  await test.step("retries that silently do not apply: the trigger's", async () => {
    const { run } = await server.post("/api/triggers/retried/fire");
    const { status, attempt, blocks } = await server.ended(run);
    assert.deepEqual([status, attempt], ["completed", 2]);
    assert.deepEqual(blocks.map(({ attempts }) => attempts), [1, 2, 1]);
  });

  for (const [pipeline, retry, tries] of [["mended", undefined, 1], ["wrong", 2, 2]] as const) {
    const whose = retry === undefined ? "the pipeline's own" : "the backfill's";
    await test.step(`retries that do not apply to backfills: ${whose}`, async () => {
      const span = { pipeline, start: "2024-01-12", end: "2024-01-13" };
      const retries = retry === undefined ? {} : { retry: { attempts: retry, delayMs: 10 } };
      const { backfill } = await server.post("/api/backfills", { ...span, ...retries });
      const look = () => server.get(`/api/backfills/${backfill}`);
      await until(async () => (await look()).status !== "running", "the backfill has ended");
      const { status, dates } = await look();
      assert.equal(status, "completed");
      for (const { run } of dates) {
        const { attempt, blocks } = await server.run(run);
        assert.deepEqual([attempt, blocks[1]?.attempts], [tries, 2]);
      }
    });
  }

  await test.step("a retry from the failed block that times out at once", async () => {
    const { run } = await server.post("/api/triggers/short/fire");
    const late = await server.ended(run);
    assert.equal(late.status, "failed");
    assert.match(late.error ?? "", /did not end within its timeout of 5000 ms/);
    const before = await server.printed(run);
    await server.post(`/api/runs/${run}/resume`);
    await until(async () => (await server.printed(run)) !== before, "it goes on");
    assert.equal((await server.run(run)).status, "running");
    project.write("gate", "");
    const ended = await server.ended(run);
    assert.deepEqual([ended.status, ended.error], ["completed", null]);
  });

  await test.step("runs that stay in running or queued: none is left", async () => {
    await until(async () => (await runsOf(server)).every(isOver), "all have ended");
  });
});

Deno.test("orphans after SIGTERM: none is left, whatever went on", async () => {
  using project = projectOf({
    "sluice.yaml": "limits: { runs: 2 }\n",
    "notebooks/sensing.ipynb": SENSING,
    "notebooks/sleeping.ipynb": SLEEPING,
    "notebooks/blocking.ipynb": BLOCKING,
  });
  await using server = await startServing(project);
  const sensing = await server.start("sensing");
  await until(async () => (await server.block(sensing, "wait"))?.wait != null, "the sensor waits");
  for (const pipeline of ["sleeping", "blocking"]) {
    const run = await server.start(pipeline);
    await until(async () => (await server.printed(run)) !== "", `${pipeline} goes on`);
  }
  assert.ok(runProcesses(project.folder).length >= 2);
  assert.ok(processesIn(project.folder).includes(server.pid));
  assert.equal(await server.kill("SIGTERM"), 0);
  assert.deepEqual(processesIn(project.folder), []);
});

function sizeOf(file: string): number {
  try {
    return Deno.statSync(file).size;
  } catch {
    return 0;
  }
}

async function runsOf(server: Serving, pipeline?: string): Promise<{ status: string }[]> {
  const of = pipeline === undefined ? "" : `?pipeline=${pipeline}`;
  return (await server.get(`/api/runs${of}`)).runs;
}
