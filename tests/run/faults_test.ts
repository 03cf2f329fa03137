/** Runs whose process is ended by force, hangs, or is told to stop. @module */
import assert from "node:assert/strict";
import type { RunEvent } from "../../runtime/run/events.ts";
import { type PipelineSketch, Project, statusesOf } from "./project.ts";

/** One block that goes wrong, one that waits beside it, one below it. */
const three: PipelineSketch = {
  blocks: [{ name: "wrong", outputs: ["a"] }, { name: "beside" }, {
    name: "below",
    reads: ["a from wrong"],
  }],
};
const waiting = `
  async function beside() { await new Promise((resolve) => setTimeout(resolve, 60_000)); }
  async function below() {}
`;

/** Calls `act` with the first line that a block prints beginning with `prefix`, what follows it. */
function onLine(prefix: string, act: (rest: string) => void): (event: RunEvent) => void {
  let isDone = false;
  return (event) => {
    if (isDone || event.type !== "log" || !event.text.startsWith(prefix)) return;
    isDone = true;
    act(event.text.slice(prefix.length));
  };
}

function isAlive(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    return true;
  } catch {
    return false;
  }
}

async function untilTrue(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!await condition()) await new Promise((resolve) => setTimeout(resolve, 20));
}

Deno.test("superviseRun() ends a run whose block called Deno.exit, and names it", async () => {
  await using project = new Project();
  const compiled = await project.write(
    three,
    `async function wrong() {
       console.log("going");
       await new Promise((resolve) => setTimeout(resolve, 30));
       Deno.exit(3);
     }${waiting}`,
  );
  const result = await project.run(compiled);
  assert.equal(result.status, "failed");
  assert.deepEqual(statusesOf(result), ["wrong failed", "beside failed", "below upstream_failed"]);
  const [wrong, beside] = result.blocks;
  assert.match(wrong?.error ?? "", /Deno\.exit\(3\) was called by wrong/);
  assert.match(beside?.error ?? "", /^another block ended the run's process/);
  assert.equal((await project.store.findRun(result.run))?.status, "failed");
  assert.deepEqual(await project.logsOf(result.run, "wrong"), ["going"]);
});

Deno.test("superviseRun() tells the callbacks of a run whose process is gone", async (test) => {
  const callbacks = [
    { name: "tell_run", kind: "callback" },
    { name: "tell_wrong", kind: "callback", of: ["wrong"] },
    { name: "told_before", kind: "callback", of: ["quick"] },
  ] as const;
  const cases: readonly [string, string, readonly string[]][] = [
    ["by a block", "Deno.exit(3)", [
      "quick completed",
      "wrong failed",
      "tell_run completed",
      "tell_wrong completed",
      "told_before completed",
    ]],
    ["by a callback", "throw new Error('fails anyway')", [
      "quick completed",
      "wrong failed",
      "tell_run failed",
      "tell_wrong completed",
      "told_before completed",
    ]],
  ];
  for (const [what, code, expected] of cases) {
    await test.step(what, async () => {
      await using project = new Project();
      const compiled = await project.write(
        {
          blocks: [
            { name: "quick", outputs: ["n"] },
            { name: "wrong", upstream: ["quick"] },
            ...callbacks,
          ],
        },
        `async function quick() { return { n: 1 }; }
         async function wrong() {
           await new Promise((resolve) => setTimeout(resolve, 60));
           ${code};
         }
         async function tell_run() {
           on("failure", async ({ error }) => {
             await new Promise((resolve) => setTimeout(resolve, 60));
             if (error.message === "fails anyway") Deno.exit(1);
           });
         }
         async function tell_wrong() { on("failure", ({ block }) => console.log(block)); }
         async function told_before() { on("success", ({ block }) => console.log(block)); }`,
        `import { on } from "sluice";`,
      );
      const result = await project.run(compiled);
      assert.equal(result.status, "failed");
      assert.deepEqual(statusesOf(result), expected);
      assert.deepEqual(await project.logsOf(result.run, "told_before"), ["quick"]);
      assert.deepEqual(await project.logsOf(result.run, "tell_wrong"), ["wrong"]);
      assert.equal(project.events.filter(({ type }) => type === "run_started").length, 1);
    });
  }
});

Deno.test("superviseRun() ends a run that ran out of memory, and says so", async () => {
  await using project = new Project();
  const compiled = await project.write(
    three,
    `async function wrong() {
       await new Promise((resolve) => setTimeout(resolve, 10));
       const held = [];
       while (true) held.push(new Array(100_000).fill(Math.random()));
     }${waiting}`,
  );
  const result = await project.run(compiled, { maxHeapMb: 64 });
  assert.deepEqual(statusesOf(result), ["wrong failed", "beside failed", "below upstream_failed"]);
  assert.match(result.blocks[0]?.error ?? "", /ran out of memory \(its limit is 64 MB\)/);
});

Deno.test("superviseRun() ends a run whose process was killed", async () => {
  await using project = new Project();
  const compiled = await project.write(
    three,
    `async function wrong() {
       await new Promise((resolve) => setTimeout(resolve, 10));
       console.log("pid " + Deno.pid);
       await new Promise((resolve) => setTimeout(resolve, 60_000));
     }${waiting}`,
  );
  const result = await project.run(compiled, {}, {
    onEvent: onLine("pid ", (pid) => Deno.kill(Number(pid), "SIGKILL")),
  });
  assert.deepEqual(statusesOf(result), ["wrong failed", "beside failed", "below upstream_failed"]);
  assert.match(result.blocks[0]?.error ?? "", /was killed by SIGKILL, not by Sluice/);
  const ended = project.events.filter(({ type }) => type === "block_ended");
  assert.equal(ended.length, 3);
});

Deno.test("superviseRun() kills a busy loop past its timeout", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "quick" }, { name: "busy", timeoutMs: 100, upstream: ["quick"] }] },
    `async function quick() {}
     async function busy() { while (true); }`,
  );
  const result = await project.run(compiled);
  assert.deepEqual(statusesOf(result), ["quick completed", "busy failed"]);
  assert.match(
    result.blocks[1]?.error ?? "",
    /did not end within its timeout of 100 ms.*a busy loop/,
  );
});

Deno.test("superviseRun() cancels: blocks are told by their signal, callbacks hear of it", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [...three.blocks, { name: "told", kind: "callback" }] },
    `async function wrong() {
       run.signal.addEventListener("abort", () => console.log("aborted"));
       console.log("ready");
       await new Promise((resolve) => run.signal.addEventListener("abort", resolve));
     }
     async function told() { on("cancelled", () => console.log("heard")); }
     ${waiting}`,
    `import { on, run } from "sluice";`,
  );
  const cancel = new AbortController();
  const result = await project.run(compiled, {}, {
    signal: cancel.signal,
    onEvent: onLine("ready", () => cancel.abort()),
  });
  assert.equal(result.status, "cancelled");
  assert.deepEqual(statusesOf(result), [
    "wrong cancelled",
    "beside cancelled",
    "below cancelled",
    "told completed",
  ]);
  assert.deepEqual(await project.logsOf(result.run, "wrong"), ["ready", "aborted"]);
  assert.deepEqual(await project.logsOf(result.run, "told"), ["heard"]);
});

Deno.test("superviseRun() cancels a busy loop by force", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "busy" }] },
    `async function busy() { console.log("pid " + Deno.pid); while (true); }`,
  );
  const cancel = new AbortController();
  let pid = 0;
  const result = await project.run(compiled, {}, {
    signal: cancel.signal,
    onEvent: onLine("pid ", (text) => {
      pid = Number(text);
      cancel.abort();
    }),
  });
  assert.equal(result.status, "cancelled");
  assert.deepEqual(statusesOf(result), ["busy cancelled"]);
  assert.equal(isAlive(pid), false);
});

Deno.test("superviseRun() cancels a run that has not come to its blocks yet", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "load" }] },
    `await new Promise((resolve) => setTimeout(resolve, 60_000)); async function load() {}`,
  );
  for (
    const cancelAt of [undefined, "run_started"] as const
  ) {
    const cancel = new AbortController();
    if (cancelAt === undefined) cancel.abort();
    const result = await project.run(compiled, {}, {
      signal: cancel.signal,
      onEvent: ({ type }) => type === cancelAt && cancel.abort(),
    });
    assert.equal(result.status, "cancelled");
    assert.deepEqual(statusesOf(result), ["load cancelled"]);
  }
});

Deno.test("a run ends itself when its supervisor is killed", async () => {
  await using project = new Project();
  const compiled = await project.write(
    three,
    `async function wrong() { console.log("pid " + Deno.pid); return { a: 1 }; }${waiting}`,
  );
  const supervise = new URL("../../runtime/run/supervise_run.ts", import.meta.url).href;
  const store = new URL("../../runtime/store/open_store.ts", import.meta.url).href;
  const script = `
    import { superviseRun } from "${supervise}";
    import { openStore } from "${store}";
    const projectFolder = ${JSON.stringify(project.folder)};
    await superviseRun({ compiled: ${JSON.stringify(compiled)}, projectFolder }, {
      store: openStore(projectFolder),
      onEvent: (event) => event.type === "log" && console.log(event.text),
    });`;
  const file = `${project.folder}/supervisor.ts`;
  await Deno.writeTextFile(file, script);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const supervisor = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `--config=${config}`, file],
    stdout: "piped",
  }).spawn();
  const reader = supervisor.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!/pid \d+\n/.test(text)) {
    const { done, value } = await reader.read();
    assert.equal(done, false, text);
    text += value;
  }
  const pid = Number(/pid (\d+)/.exec(text)?.[1]);
  supervisor.kill("SIGKILL");
  await supervisor.status;
  await untilTrue(() => !isAlive(pid));
  await reader.cancel();
  const [run] = await project.store.listRuns();
  assert.equal(run?.status, "failed");
  assert.match(run?.error ?? "", /the process that watched the run was killed/);
  const blocks = (await project.store.listBlockRuns(run?.id ?? "")).map(({ block, status }) =>
    `${block} ${status}`
  );
  assert.deepEqual(blocks, ["wrong completed", "beside failed", "below completed"]);
  // Its lease is given back, so that it can be resumed at once.
  await project.store.resumeRun(run?.id ?? "", [], { variables: {}, leaseMs: 1000 });
});

Deno.test("a rejection or error that nobody handles fails its own block and no other", async (test) => {
  const cases: readonly [string, string][] = [
    ["a promise that is not awaited", `Promise.reject(new Error("stray"));`],
    [
      "a promise rejected in a timer",
      `void new Promise((_, reject) => setTimeout(() => reject(new Error("stray")), 5));`,
    ],
    ["a rejection without a stack", `Promise.reject("stray");`],
    ["an error thrown in a timer", `setTimeout(() => { throw new Error("stray"); }, 5);`],
    ["an error thrown in a microtask", `queueMicrotask(() => { throw new Error("stray"); });`],
  ];
  for (const [what, code] of cases) {
    await test.step(what, async () => {
      await using project = new Project();
      const compiled = await project.write(
        { blocks: [{ name: "wrong" }, { name: "beside" }] },
        `
        const failed = Promise.withResolvers();
        async function wrong() {
          run.signal.addEventListener("abort", () => failed.resolve());
          ${code}
          await new Promise((resolve) => setTimeout(resolve, 60_000));
        }
        async function beside() { await failed.promise; }
      `,
        `import { run } from "sluice";`,
      );
      // Which lines are whose block's: errors in timers are known by their stack alone.
      const text = await Deno.readTextFile(compiled.module);
      let cell: number | undefined;
      const lines = text.split("\n").map((line) => {
        if (line.includes("async function wrong")) cell = 1;
        if (line.includes("async function beside")) cell = 2;
        return cell === undefined ? null : { cell, line: 1, indent: 0 };
      });
      const result = await project.run({ ...compiled, lines });
      assert.deepEqual(statusesOf(result), ["wrong failed", "beside completed"]);
      assert.match(result.blocks[0]?.error ?? "", /stray/);
    });
  }
});

Deno.test("a block that waits for what can no longer happen fails instead of hanging", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "stuck" }, { name: "below", upstream: ["stuck"] }, { name: "beside" }] },
    `async function stuck() { await new Promise(() => {}); }
     async function below() {}
     async function beside() { await new Promise((resolve) => setTimeout(resolve, 50)); }`,
  );
  const result = await project.run(compiled);
  assert.deepEqual(statusesOf(result), [
    "stuck failed",
    "below upstream_failed",
    "beside completed",
  ]);
  assert.match(result.blocks[0]?.error ?? "", /waits for something that can no longer happen/);
});
