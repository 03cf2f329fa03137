/** Runs that go on from what there is: resumed ones, single blocks, and what is kept for them. @module */
import assert from "node:assert/strict";
import type { CompiledPipeline } from "../../runtime/compile/pipeline.ts";
import { superviseRun } from "../../runtime/run/supervise_run.ts";
import { Project, sketchBlock, statusesOf } from "./project.ts";

/** load → double → print, where double fails unless the file `fixed` is in the project. */
async function writeThree(project: Project): Promise<CompiledPipeline> {
  return await project.write(
    {
      parameters: { factor: "2" },
      blocks: [
        { name: "load", outputs: ["numbers"] },
        {
          name: "double",
          reads: ["numbers from load"],
          outputs: ["doubled"],
          parameters: ["factor"],
        },
        { name: "print", reads: ["doubled from double"] },
      ],
    },
    `
    const factor = given("factor", 2);
    async function load() { console.log("loading"); return { numbers: [1, 2] }; }
    async function double({ numbers }) {
      await Deno.stat("${project.folder}/fixed");
      return { doubled: numbers.map((n) => n * factor) };
    }
    async function print({ doubled }) { console.log(doubled.join(" ")); }
  `,
  );
}

function reasonsOf(project: Project): string[] {
  const started = project.events.find(({ type }) => type === "run_started");
  return started?.type === "run_started"
    ? started.blocks.map(({ name, action, reason }) => `${action} ${name}: ${reason}`)
    : [];
}

Deno.test("superviseRun() resumes a failed run under its id, from what had completed", async () => {
  await using project = new Project();
  const compiled = await writeThree(project);
  const first = await project.run(compiled, { variables: { factor: "5" } });
  assert.deepEqual(statusesOf(first), ["load completed", "double failed", "print upstream_failed"]);
  await Deno.writeTextFile(`${project.folder}/fixed`, "");

  const resumed = await project.run(compiled, { resume: first.run });
  assert.equal(resumed.run, first.run);
  assert.deepEqual(statusesOf(resumed), ["load completed", "double completed", "print completed"]);
  assert.deepEqual(reasonsOf(project), [
    "reuse load: completed before",
    "run double: failed before",
    "run print: its upstream failed before",
  ]);
  assert.deepEqual(resumed.blocks.map(({ attempts }) => attempts), [1, 2, 1]);
  assert.deepEqual(await project.logsOf(first.run, "load"), ["loading"]);
  assert.deepEqual(await project.logsOf(first.run, "print"), ["5 10"]);
  assert.equal((await project.store.listRuns()).length, 1);

  await project.run(compiled, { resume: first.run, variables: { factor: "7" } });
  assert.deepEqual(reasonsOf(project), [
    "reuse load: completed before",
    "run double: parameter factor changed",
    "run print: upstream double changed",
  ]);
  assert.deepEqual(await project.logsOf(first.run, "print"), ["5 10", "7 14"]);
});

Deno.test("superviseRun() resumes a run whose process was killed", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [
        { name: "load", outputs: ["numbers"] },
        { name: "saved", upstream: ["load"] },
        { name: "deadly", reads: ["numbers from load"], upstream: ["saved"] },
      ],
    },
    `
    async function load() { return { numbers: [1, 2] }; }
    async function saved() {}
    async function deadly({ numbers }) {
      if (await Deno.stat("${project.folder}/fixed").catch(() => null)) return console.log(numbers.length);
      await new Promise((resolve) => setTimeout(resolve, 50));
      Deno.kill(Deno.pid, "SIGKILL");
    }
  `,
    `import { run } from "sluice";`,
  );
  const first = await project.run(compiled);
  assert.deepEqual(statusesOf(first), ["load completed", "saved completed", "deadly failed"]);
  await Deno.writeTextFile(`${project.folder}/fixed`, "");
  const again = await project.run(compiled, { resume: first.run });
  assert.deepEqual(reasonsOf(project), [
    "reuse load: completed before",
    "reuse saved: completed before",
    "run deadly: failed before",
  ]);
  assert.deepEqual(statusesOf(again), ["load completed", "saved completed", "deadly completed"]);
});

Deno.test("superviseRun() makes outputs again whose files somebody deleted", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [
        { name: "load", outputs: ["text"] },
        { name: "fails", reads: ["text from load"] },
      ],
    },
    `async function load() { return { text: "x".repeat(20_000) }; }
     async function fails({ text }) {
       if (!await Deno.stat("${project.folder}/fixed").catch(() => null)) throw new Error("not yet");
       console.log(text.length);
     }`,
  );
  const { run } = await project.run(compiled);
  await Deno.writeTextFile(`${project.folder}/fixed`, "");
  await Deno.remove(`${project.folder}/.sluice/outputs`, { recursive: true });
  await assert.rejects(
    project.run(compiled, { block: "fails" }),
    /Cannot run fails by itself: it reads text of load, which no run has saved/,
  );
  const resumed = await project.run(compiled, { resume: run });
  assert.deepEqual(statusesOf(resumed), ["load completed", "fails completed"]);
  assert.deepEqual(reasonsOf(project), [
    "run load: its outputs were not kept",
    "run fails: failed before",
  ]);
  assert.deepEqual(await project.logsOf(run, "fails"), ["20000"]);
});

Deno.test("superviseRun() runs one block on what earlier runs saved, or says what is missing", async () => {
  await using project = new Project();
  const compiled = await writeThree(project);
  await Deno.writeTextFile(`${project.folder}/fixed`, "");
  await assert.rejects(
    project.run(compiled, { block: "double" }),
    /Cannot run double by itself: it reads numbers of load, which no run has saved; run load first, or add --upstream/,
  );
  assert.deepEqual(await project.store.listRuns(), []);
  await assert.rejects(
    project.run(compiled, { block: "dubble" }),
    /has no such block; did you mean `double`\?/,
  );
  const loaded = await project.run(compiled, { block: "load" });
  assert.deepEqual(statusesOf(loaded), ["load completed"]);
  const doubled = await project.run(compiled, { block: "double", variables: { factor: "3" } });
  assert.deepEqual(statusesOf(doubled), ["double completed"]);
  const printed = await project.run(compiled, { block: "print" });
  assert.deepEqual(await project.logsOf(printed.run, "print"), ["3 6"]);
  const all = await project.run(compiled, { block: "double", upstream: true });
  assert.deepEqual(statusesOf(all), ["load completed", "double completed"]);
});

Deno.test("superviseRun() keeps outputs as asked, of the last runs", async () => {
  await using project = new Project();
  const compiled = await writeThree(project);
  const saved = async () => {
    const runs = (await project.store.listRuns()).map(({ id }) => id);
    const kept = await Promise.all(runs.map((run) => project.store.listOutputs(run, "load")));
    return runs.filter((_run, at) => kept[at]?.length);
  };
  const failed = await project.run(compiled, { keep: "failed" });
  assert.deepEqual(await saved(), [failed.run]);
  await Deno.writeTextFile(`${project.folder}/fixed`, "");
  await project.run(compiled, { keep: "failed" });
  await project.run(compiled, { keep: "none" });
  assert.deepEqual(await saved(), [failed.run]);
  const kept = await project.run(compiled);
  const last = await project.run(compiled);
  assert.deepEqual((await saved()).toSorted(), [failed.run, kept.run, last.run].toSorted());
  const newest = await project.run(compiled, {
    keptOutputs: { ageMs: undefined, count: 2, bytes: undefined },
  });
  assert.deepEqual((await saved()).toSorted(), [last.run, newest.run].toSorted());
  const [load] = await project.store.listBlockRuns(kept.run);
  assert.equal(load?.hasSavedOutputs, false);
});

Deno.test("superviseRun() refuses before anything starts", async (test) => {
  await using project = new Project();
  const compiled = await writeThree(project);
  const cases: readonly [Parameters<Project["run"]>[1], RegExp][] = [
    [{ variables: { factr: "1" } }, /Cannot set factr: .* did you mean `factor`\?/],
    [{ executionDate: "yesterday" }, /Cannot read the execution date "yesterday"/],
    [{ resume: "20000101-000000-aaaaa" }, /Cannot resume .*: there is no such run/],
  ];
  for (const [request, expected] of cases) {
    await test.step(String(expected), async () => {
      await assert.rejects(project.run(compiled, request), {
        name: "RequestError",
        message: expected,
      });
      assert.deepEqual(await project.store.listRuns(), []);
    });
  }
});

Deno.test("superviseRun() refuses to resume a run that is going on", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "wait" }] },
    `async function wait() {
       console.log("ready");
       await new Promise((resolve) => setTimeout(resolve, 60_000));
     }`,
  );
  const cancel = new AbortController();
  let refused: Promise<void> | undefined;
  await project.run(compiled, {}, {
    signal: cancel.signal,
    onEvent(event) {
      if (event.type !== "log" || refused) return;
      const [started] = project.events;
      assert.equal(started?.type, "run_started");
      const resume = started?.type === "run_started" ? started.run : "";
      const again = superviseRun({ compiled, projectFolder: project.folder, resume }, {
        store: project.store,
      });
      refused = assert.rejects(again, /Cannot take over run .*: it is going on/)
        .finally(() => cancel.abort());
    },
  });
  await refused;
  assert.notEqual(refused, undefined);
});

Deno.test("superviseRun() gives the process the permissions that the notebook declares", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      permissions: { read: ["data"] },
      blocks: [{ name: "allowed" }, { name: "denied" }],
    },
    `
    async function allowed() { await Deno.readTextFile("${project.folder}/notebooks/data/x.txt"); }
    async function denied() { await fetch("http://example.org/"); }
  `,
  );
  await Deno.mkdir(`${project.folder}/notebooks/data`);
  await Deno.writeTextFile(`${project.folder}/notebooks/data/x.txt`, "");
  const result = await project.run(compiled);
  assert.deepEqual(statusesOf(result), ["allowed completed", "denied failed"]);
  assert.match(
    result.blocks[1]?.error ?? "",
    /may not connect to example\.org:80; under sluice\.permissions .* write "net": \["example\.org:80"\]/,
  );
});

Deno.test("sketchBlock() adds the blocks that variables come from to the upstream", () => {
  const { inputs, upstream } = sketchBlock({ name: "b", reads: ["x from a"], upstream: ["c"] });
  assert.deepEqual(inputs, [{ name: "x", from: "a" }]);
  assert.deepEqual(upstream, ["a", "c"]);
});
