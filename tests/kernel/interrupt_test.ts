/** The stop button, and the end of a kernel. @module */
import assert from "node:assert/strict";
import process from "node:process";
import { startKernel, startSharedKernel, type TestKernel } from "./client.ts";

const kernel = await startSharedKernel();

/** Cells that never end; each is interrupted after it has made the file `begun`. What a busy cell
 *  prints arrives only when it yields. */
const CASES: readonly (readonly [name: string, source: string])[] = [
  ["a busy loop", "begin();\nwhile (true) {}"],
  ["a pending await", "begin(); await new Promise(() => {});"],
  ["a busy loop behind an await", "await 0; begin(); for (;;) {}"],
  [
    "a busy timer",
    "setTimeout(() => { begin(); for (;;) {} }); await new Promise(() => {});",
  ],
];

Deno.test("interrupting ends what never ends, and keeps the state", async (t) => {
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
  await kernel.run(`import { run } from "sluice"; const seen: string[] = [];`);
  await interrupted(
    kernel,
    `run.signal.addEventListener("abort", () => { seen.push("aborted"); console.log("late"); });
    begin(); await new Promise(() => {});`,
  );
  const next = await kernel.run("seen.join()");
  assert.deepEqual([next.result, next.text], [`"aborted"`, ""]);
});

Deno.test("interrupting cancels a query of DuckDB", async () => {
  await kernel.run(`import { sql } from "sluice";`);
  const ran = await interrupted(
    kernel,
    "begin(); await sql`select sum(a.range * b.range) from range(1000000) a, range(1000000) b`",
  );
  assert.match(ran.error, /^Interrupted/);
  assert.equal((await kernel.run("1")).result, "1");
});

Deno.test("the kernel inside ends with its front, however that ended and whatever runs", async () => {
  const own = await startKernel();
  const inner = Number((await own.run("Deno.pid")).result);
  await (await start(own, "begin(); for (;;) {}")).begun;
  process.kill(own.pid, "SIGKILL");
  await own.ended;
  await until(() => !isAlive(inner));
  await own[Symbol.asyncDispose]();
});

/** Runs a cell and interrupts it once it has called `begin()`. */
async function interrupted(kernel: TestKernel, source: string) {
  const { running, begun } = await start(kernel, source);
  await begun;
  await kernel.request("interrupt_request", {}, "control");
  return await running;
}

async function start(kernel: TestKernel, source: string) {
  const mark = await Deno.makeTempFile();
  await kernel.run(`const begin = () => Deno.removeSync(${JSON.stringify(mark)});`);
  return { running: kernel.run(source), begun: until(() => !exists(mark)) };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 10));
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

/** A process that ended counts as gone, whether or not anybody has asked how. */
function isAlive(pid: number): boolean {
  try {
    const stat = Deno.build.os === "linux" ? Deno.readTextFileSync(`/proc/${pid}/stat`) : "";
    return process.kill(pid, 0) && !stat.includes(") Z ");
  } catch {
    return false;
  }
}
