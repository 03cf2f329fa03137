/** The stop button, and the end of a kernel. @module */
import assert from "node:assert/strict";
import process from "node:process";
import { startKernel, type TestKernel } from "./client.ts";

/** Cells that never end; each first prints a line, after which it is interrupted. */
const CASES: readonly (readonly [name: string, source: string])[] = [
  ["a busy loop", "console.log('begun');\nwhile (true) {}"],
  ["a pending await", "console.log('begun'); await new Promise(() => {});"],
  ["a busy loop behind an await", "await 0; console.log('begun'); for (;;) {}"],
  [
    "a busy timer",
    "setTimeout(() => { console.log('begun'); for (;;) {} }); await new Promise(() => {});",
  ],
];

Deno.test("interrupting ends what never ends, and keeps the state", async (t) => {
  await using kernel = await startKernel();
  await kernel.run("const kept = 42;");
  for (const [name, source] of CASES) {
    await t.step(name, async () => {
      const ran = await interrupted(kernel, source);
      assert.match(ran.error, /^Interrupted: the cell was interrupted/);
      assert.equal((await kernel.run("kept")).result, "42");
    });
  }
});

Deno.test("an interrupted cell's later output is dropped, and its signal aborts", async () => {
  await using kernel = await startKernel();
  await kernel.run(`import { run } from "sluice"; const seen: string[] = [];`);
  await interrupted(
    kernel,
    `run.signal.addEventListener("abort", () => { seen.push("aborted"); console.log("late"); });
    console.log("begun"); await new Promise(() => {});`,
  );
  const next = await kernel.run("seen.join()");
  assert.deepEqual([next.result, next.text], [`"aborted"`, ""]);
});

Deno.test("interrupting cancels a query of DuckDB", async () => {
  await using kernel = await startKernel();
  await kernel.run(`import { sql } from "sluice";`);
  const ran = await interrupted(
    kernel,
    "console.log('begun'); await sql`select sum(a.range * b.range) from range(1000000) a, range(1000000) b`",
  );
  assert.match(ran.error, /^Interrupted/);
  assert.equal((await kernel.run("1")).result, "1");
});

Deno.test("the kernel inside ends with its front, however that ended and whatever runs", async () => {
  const kernel = await startKernel();
  const inner = Number((await kernel.run("Deno.pid")).result);
  const begun = kernel.heard(({ header }) => header.msg_type === "stream");
  kernel.run("console.log('begun'); for (;;) {}");
  await begun;
  process.kill(kernel.pid, "SIGKILL");
  await kernel.ended;
  while (isAlive(inner)) await new Promise((resolve) => setTimeout(resolve, 20));
  await kernel[Symbol.asyncDispose]();
});

async function interrupted(kernel: TestKernel, source: string) {
  const begun = kernel.heard(({ header }) => header.msg_type === "stream");
  const running = kernel.run(source);
  await begun;
  await kernel.request("interrupt_request", {}, "control");
  return await running;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
