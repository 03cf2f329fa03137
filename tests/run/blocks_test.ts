/** What becomes of blocks: tries, time limits, conditions, branches, callbacks, elements. @module */
import assert from "node:assert/strict";
import { Project, statusesOf } from "./project.ts";

const twice = { attempts: 3, delayMs: 10, backoff: "exponential" } as const;

Deno.test("superviseRun() tries a failing block again, with growing delays, and counts all tries", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [{ name: "load", retry: twice }, { name: "never", retry: twice }],
    },
    `
    let tries = 0;
    async function load() { console.log("try", ++tries); if (tries < 3) throw new Error("no " + tries); }
    async function never() { throw new Error("not at all"); }
  `,
  );
  const result = await project.run(compiled);
  assert.deepEqual(statusesOf(result), ["load completed", "never failed"]);
  assert.deepEqual(result.blocks.map(({ attempts }) => attempts), [3, 3]);
  assert.deepEqual(await project.logsOf(result.run, "load"), ["try 1", "try 2", "try 3"]);
  assert.match(result.blocks[1]?.error ?? "", /^not at all/);
  const delays = project.events.flatMap((event) =>
    event.type === "block_retrying" && event.block === "load" ? event.delayMs : []
  );
  assert.deepEqual(delays, [10, 20]);
  const attempts = (await project.store.listAttempts(result.run))
    .filter(({ block }) => block === "load").map(({ attempt, status }) => `${attempt} ${status}`);
  assert.deepEqual(attempts, ["1 failed", "2 failed", "3 completed"]);
});

Deno.test("superviseRun() tells the first try's error too, where a later one failed of what it left", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "save", retry: { ...twice, attempts: 2 } }] },
    `
    async function save() {
      await writeJson(tableFromRows([{ n: 1 }]), "${project.folder}/rows.json");
      throw new Error("no answer from the listener");
    }
  `,
    `import { tableFromRows, writeJson } from "sluice";`,
  );
  const result = await project.run(compiled);
  const [said, first, frame] = result.blocks[0]?.error?.split("\n") ?? [];
  assert.match(said ?? "", /^Cannot write .*rows\.json: it exists; /);
  assert.equal(first, "Try 1 failed otherwise: no answer from the listener");
  assert.match(frame ?? "", /^\s+at /);
});

Deno.test("superviseRun() ends a block at its timeout and aborts its signal", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [{ name: "slow", timeoutMs: 150, retry: { ...twice, attempts: 2 } }, {
        name: "other",
      }],
    },
    `
    async function slow() {
      run.signal.addEventListener("abort", () => console.log("aborted try", run.attempt));
      await new Promise((resolve) => setTimeout(resolve, 60_000));
    }
    async function other() {}
  `,
    `import { run } from "sluice";`,
  );
  const result = await project.run(compiled);
  assert.deepEqual(statusesOf(result), ["slow failed", "other completed"]);
  assert.match(
    result.blocks[0]?.error ?? "",
    /^TimeoutError: did not end within its timeout of 150 ms/,
  );
  assert.equal(result.blocks[0]?.attempts, 2);
  assert.deepEqual(await project.logsOf(result.run, "slow"), ["aborted try 1", "aborted try 2"]);
});

Deno.test("superviseRun() goes on with branches that do not depend on a failed block", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [
        { name: "broken", outputs: ["a"] },
        { name: "whole", outputs: ["b"] },
        { name: "below_broken", reads: ["a from broken"] },
        { name: "below_both", reads: ["b from whole"], upstream: ["below_broken"] },
        { name: "below_whole", reads: ["b from whole"] },
      ],
    },
    `
    async function broken() { throw new TypeError("broken"); }
    async function whole() { return { b: 1 }; }
    async function below_broken() {}
    async function below_both() {}
    async function below_whole({ b }) { console.log(b); }
  `,
  );
  const result = await project.run(compiled);
  assert.equal(result.status, "failed");
  assert.deepEqual(statusesOf(result), [
    "broken failed",
    "whole completed",
    "below_broken upstream_failed",
    "below_both upstream_failed",
    "below_whole completed",
  ]);
});

Deno.test("superviseRun() runs independent branches at once", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "one" }, { name: "two" }] },
    `
    const met = Promise.withResolvers();
    let here = 0;
    async function meet() { if (++here === 2) met.resolve(); await met.promise; }
    async function one() { await meet(); }
    async function two() { await meet(); }
  `,
  );
  assert.equal((await project.run(compiled)).status, "completed");
});

Deno.test("when() ends a block as condition_failed, its downstream with it, and no run as failed", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [
        { name: "gate", outputs: ["a"], retry: twice },
        { name: "below", reads: ["a from gate"] },
        { name: "beside" },
      ],
    },
    `
    async function gate() { when(false, "it is a holiday"); return { a: 1 }; }
    async function below() {}
    async function beside() {}
  `,
    `import { when } from "sluice";`,
  );
  const result = await project.run(compiled);
  assert.equal(result.status, "completed");
  assert.deepEqual(statusesOf(result), [
    "gate condition_failed",
    "below condition_failed",
    "beside completed",
  ]);
  assert.equal(result.blocks[0]?.attempts, 1);
  const [gate] = await project.store.listBlockRuns(result.run);
  assert.equal(gate?.reason, "it is a holiday");
});

Deno.test("until() calls a sensor again until it holds, as one attempt", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [
        { name: "arrived", kind: "sensor", outputs: ["looks"] },
        { name: "late", kind: "sensor" },
        { name: "not_a_sensor", kind: "loader" },
        { name: "below", reads: ["looks from arrived"] },
      ],
    },
    `
    let looks = 0;
    async function arrived() {
      console.log("called");
      const seen = await until(() => ++looks === 3 && looks, { every: 5 });
      return { looks: seen };
    }
    async function late() { await until(() => false, { every: "5ms", timeout: "40ms" }); }
    async function not_a_sensor() { await until(() => true); }
    async function below({ looks }) { console.log(looks); }
  `,
    `import { until } from "sluice";`,
  );
  const result = await project.run(compiled);
  assert.deepEqual(statusesOf(result), [
    "arrived completed",
    "late failed",
    "not_a_sensor failed",
    "below completed",
  ]);
  assert.equal(result.blocks[0]?.attempts, 1);
  assert.deepEqual(await project.logsOf(result.run, "arrived"), ["called", "called", "called"]);
  assert.deepEqual(await project.logsOf(result.run, "below"), ["3"]);
  assert.match(result.blocks[1]?.error ?? "", /did not come within 40ms/);
  assert.match(result.blocks[2]?.error ?? "", /until\(\) is for sensor blocks/);
  assert.equal(project.events.some(({ type }) => type === "block_waiting"), true);
});

Deno.test("each() runs elements as block runs of their own, tried by themselves, in order", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [
        { name: "pages", outputs: ["texts"], retry: { ...twice, attempts: 2 } },
        { name: "bad", retry: { ...twice, attempts: 2 } },
        { name: "print", reads: ["texts from pages"] },
      ],
    },
    `
    const tries = new Map();
    let calls = 0;
    async function pages() {
      calls += 1;
      const texts = await each([30, 20, 10], async (ms, at) => {
        tries.set(at, (tries.get(at) ?? 0) + 1);
        console.log("element", at, "try", run.attempt);
        if (at === 1 && tries.get(at) === 1) throw new Error("once");
        await new Promise((resolve) => setTimeout(resolve, ms));
        return "page " + at;
      }, { concurrency: 3 });
      return { texts: [...texts, "calls " + calls] };
    }
    async function bad() {
      await each([1, 2, 3], (n) => { if (n > 1) throw new Error("bad " + n); });
    }
    async function print({ texts }) { console.log(texts.join(", ")); }
  `,
    `import { each, run } from "sluice";`,
  );
  const result = await project.run(compiled);
  assert.deepEqual(statusesOf(result), ["pages completed", "bad failed", "print completed"]);
  assert.deepEqual(await project.logsOf(result.run, "print"), ["page 0, page 1, page 2, calls 1"]);
  assert.match(
    result.blocks[1]?.error ?? "",
    /^ElementsFailed: 2 of 3 elements failed; element 1: bad 2/,
  );
  assert.equal(result.blocks[1]?.attempts, 1);
  const elements = (await project.store.listBlockRuns(result.run))
    .filter(({ element }) => element !== null)
    .map(({ block, element, status, attempts }) => `${block}[${element}] ${status} ${attempts}`);
  assert.deepEqual(elements, [
    "pages[0] completed 1",
    "pages[1] completed 2",
    "pages[2] completed 1",
    "bad[0] completed 1",
    "bad[1] failed 2",
    "bad[2] failed 2",
  ]);
  const second = await project.store.listLogs(result.run, { block: "pages", element: 1 });
  assert.deepEqual(second.map(({ text, attempt }) => `${text}, ${attempt}`), [
    "element 1 try 1, 1",
    "element 1 try 2, 2",
  ]);
});

Deno.test("on() tells callback blocks of their blocks and of the run; their own failures change nothing", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [
        { name: "good", outputs: ["n"] },
        { name: "bad" },
        { name: "skipped", upstream: ["bad"] },
        { name: "tell", kind: "callback", of: ["good", "bad"], reads: ["n from good"] },
        { name: "tell_run", kind: "callback" },
        { name: "broken", kind: "callback", of: ["good"] },
        { name: "unheard", kind: "callback", of: ["skipped"] },
      ],
    },
    `
    async function good() { return { n: 7 }; }
    async function bad() { throw new Error("oh no"); }
    async function skipped() {}
    async function tell({ n }) {
      on("success", ({ block }) => console.log("success", block, n));
      on("failure", ({ block, error }) => console.log("failure", block, error.message));
      on("cancelled", () => console.log("cancelled"));
    }
    async function tell_run() {
      on("success", () => console.log("success"));
      on("failure", ({ block, error, pipeline }) => console.log("failure", block, pipeline, error.cause.message));
    }
    async function broken() { on("success", () => { throw new Error("in a callback"); }); }
    async function unheard() { on("failure", () => console.log("never")); }
  `,
    `import { on } from "sluice";`,
  );
  const result = await project.run(compiled);
  assert.deepEqual(statusesOf(result), [
    "good completed",
    "bad failed",
    "skipped upstream_failed",
    "tell completed",
    "tell_run completed",
    "broken failed",
    "unheard condition_failed",
  ]);
  const told = await project.logsOf(result.run, "tell");
  assert.deepEqual(told.toSorted(), ["failure bad oh no", "success good 7"]);
  assert.deepEqual(await project.logsOf(result.run, "tell_run"), [
    "failure undefined sample oh no",
  ]);

  const fine = await project.write(
    { blocks: [{ name: "good" }, { name: "broken", kind: "callback" }] },
    `async function good() {}
     async function broken() { throw new Error("in a callback"); }`,
  );
  const second = await project.run(fine);
  assert.equal(second.status, "completed");
  assert.deepEqual(statusesOf(second), ["good completed", "broken failed"]);
});

Deno.test("superviseRun() records checks, artifacts and progress that blocks report", async () => {
  await using project = new Project();
  const scope = new URL("../../runtime/context/scope.ts", import.meta.url).href;
  const compiled = await project.write(
    { blocks: [{ name: "load", retry: { ...twice, attempts: 2 } }] },
    `
    let tries = 0;
    async function load() {
      const { report } = currentScope();
      report({ type: "checks", results: [{ name: "has rows", passed: ++tries > 1, rows: 5, failedRows: 2 }] });
      report({ type: "progress", progress: { label: "x.csv", done: 1, total: 2, unit: "bytes" } });
      report({ type: "artifact", artifact: { title: "a chart", data: { "text/plain": "chart" } } });
      if (tries === 1) throw new Error("again");
    }
  `,
    `import { currentScope } from "${scope}";`,
  );
  const result = await project.run(compiled);
  assert.deepEqual(result.blocks[0]?.checks, [{ name: "has rows", passed: true }]);
  const checks = await project.store.listChecks(result.run);
  assert.deepEqual(checks.map(({ attempt, passed, rows }) => [attempt, passed, rows]), [
    [1, false, 5],
    [2, true, 5],
  ]);
  const [artifact] = await project.store.listArtifacts(result.run);
  assert.deepEqual(artifact?.data, { "text/plain": "chart" });
  const progress = project.events.find(({ type }) => type === "progress");
  assert.equal(progress?.type === "progress" && progress.done, 1);
});

Deno.test("superviseRun() fails the run itself where parameters or shared code fail", async (test) => {
  await using project = new Project();
  const cases: readonly [string, Record<string, string>, string, RegExp][] = [
    ["shared code", {}, `throw new Error("no such thing");`, /^no such thing/],
    [
      "an override of another type",
      { limit: "many" },
      `const limit = given("limit", Number(5));`,
      /Cannot set limit to "many": expected a number/,
    ],
    ["what the module imports", {}, `await import("./missing.ts");`, /missing\.ts/],
  ];
  for (const [what, variables, code, expected] of cases) {
    await test.step(what, async () => {
      const compiled = await project.write(
        { blocks: [{ name: "load" }], parameters: { limit: "Number(5)" } },
        `${code}\nasync function load() {}`,
      );
      const result = await project.run(compiled, { variables });
      assert.equal(result.status, "failed");
      assert.match(result.error ?? "", expected);
      assert.deepEqual(statusesOf(result), ["load cancelled"]);
    });
  }
});

Deno.test("on() tells of errors without Sluice's own frames, their causes included", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      blocks: [
        { name: "bad" },
        { name: "tell", kind: "callback", of: ["bad"] },
        { name: "tell_run", kind: "callback" },
      ],
    },
    `
    async function bad() { throw new Error("oh no", { cause: new TypeError("deep") }); }
    async function tell() { on("failure", ({ error }) => console.log(error)); }
    async function tell_run() { on("failure", ({ error }) => console.log(error)); }
  `,
    `import { on } from "sluice";`,
  );
  const { run } = await project.run(compiled);
  for (const block of ["tell", "tell_run"]) {
    const text = (await project.logsOf(run, block)).join("\n");
    assert.match(text, /oh no[^]*Caused by: TypeError: deep/);
    assert.doesNotMatch(text, /runtime\/|at run(Attempt|Tries)/);
  }
});
