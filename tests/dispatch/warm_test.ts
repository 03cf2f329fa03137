/** Processes that execute run after run: what they share, and what they must not. @module */
import assert from "node:assert/strict";
import { until } from "../e2e/watching.ts";
import { notebookOf } from "../compile/notebook_of.ts";
import { type Dispatched, dispatched, projectFolderOf } from "./dispatched.ts";

const SERVER = new URL("server_process.ts", import.meta.url).pathname;
const RUN = 'import { run } from "sluice";';
const PID = "//| loader: tell\nconsole.log(Deno.pid);";

/** Runs the pipeline to its end; gives what it printed, the first line as the number of its process. */
async function runOf({ dispatcher, store }: Dispatched, pipeline: string, event?: unknown) {
  const { run } = await dispatcher.accept({ pipeline, event });
  const result = await dispatcher.ended(run);
  const lines = (await store.listLogs(run)).map(({ text }) => text);
  return { ...result, lines, pid: Number(lines[0]) };
}

/** A process may take a while to say that it waits: a run that comes before gets another. */
async function waiting({ dispatcher }: Dispatched, processes: number): Promise<void> {
  await until(() => dispatcher.counts().warm === processes, `${processes} processes wait`);
}

function isAlive(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

Deno.test("a process takes the next run of the same pipeline and code, and of no other", async () => {
  await using project = await dispatched({ p: [PID], other: [PID] });
  const first = await runOf(project, "p");
  await waiting(project, 1);
  const again = await runOf(project, "p");
  assert.deepEqual([first.status, again.status], ["completed", "completed"]);
  assert.equal(again.pid, first.pid);
  await waiting(project, 1);
  const other = await runOf(project, "other");
  assert.notEqual(other.pid, first.pid);
  await waiting(project, 2);
  assert.equal((await runOf(project, "p")).pid, first.pid);
  await waiting(project, 2);
  project.write("notebooks/p.ipynb", notebookOf([PID, "//| custom: more\nconsole.log('new');"]));
  const saved = await runOf(project, "p");
  assert.notEqual(saved.pid, first.pid);
  assert.ok(saved.lines.includes("new"));
});

Deno.test("an edited module of the project is loaded by the next run", async () => {
  await using project = await dispatched({
    p: [
      'import { word } from "../word.ts";',
      "//| loader: tell\nconsole.log(Deno.pid);\nconsole.log(word);",
    ],
  });
  project.write("word.ts", 'export const word = "one";');
  const first = await runOf(project, "p");
  await waiting(project, 1);
  assert.equal((await runOf(project, "p")).pid, first.pid);
  await waiting(project, 1);
  project.write("word.ts", 'export const word = "two";');
  const edited = await runOf(project, "p");
  assert.notEqual(edited.pid, first.pid);
  assert.deepEqual([first.lines[1], edited.lines[1]], ["one", "two"]);
});

/** By what it is: the code of a block that leaves something behind. */
const LEFT_BEHIND: Readonly<Record<string, string>> = {
  global: "globalThis.seen = 1;",
  prototype: "Object.assign(Array.prototype, { seen: 1 });",
  replaced: "Math.random = () => 4;",
  variable: 'Deno.env.set("SEEN", "1");',
  folder: 'Deno.chdir("/");',
  timer: "setInterval(() => console.log('late'), 5);",
  listener: 'addEventListener("error", () => {});',
  file: "await Deno.open(new URL(import.meta.url));",
  server: 'Deno.listen({ hostname: "127.0.0.1", port: 0 });',
  code: "Deno.exitCode = 3;",
  state: "remember();",
};

Deno.test("a process in which a run left something takes no other", async (test) => {
  const notebooks = Object.fromEntries(
    Object.entries(LEFT_BEHIND).map(([name, code]) => [
      name,
      [
        ...name === "state" ? ['import { remember } from "../state.ts";'] : [],
        `//| loader: tell\nconsole.log(Deno.pid);\n${
          code.replace("new URL(import.meta.url)", '"@/notebooks/file.ipynb"')
        }`,
      ],
    ]),
  );
  await using project = await dispatched(notebooks);
  project.write("state.ts", "let calls = 0;\nexport const remember = () => ++calls;");
  for (const name of Object.keys(LEFT_BEHIND)) {
    await test.step(name, async () => {
      const first = await runOf(project, name);
      const second = await runOf(project, name);
      assert.deepEqual([first.status, second.status], ["completed", "completed"], first.error);
      assert.notEqual(second.pid, first.pid);
      assert.deepEqual([first.lines.length, second.lines.length], [1, 1]);
    });
  }
});

Deno.test("a warm process ends, or is killed, with a run of its own and with no other", async (test) => {
  await using project = await dispatched({
    p: [
      RUN,
      `//| loader: tell
console.log(Deno.pid);
if (run.event === "exit") Deno.exit(3);
if (run.event === "throw") throw new Error("asked to");
if (run.event === "fill") for (const all = []; ; all.push(new Array(1e5).fill({})));`,
    ],
  }, { limits: { maxHeapMb: 64 } });
  const cases: readonly [string, RegExp][] = [
    ["exit", /Deno\.exit\(3\) was called by tell/],
    ["fill", /ran out of memory \(its limit is 64 MB\)/],
    ["throw", /asked to/],
  ];
  for (const [event, expected] of cases) {
    await test.step(event, async () => {
      const before = await runOf(project, "p");
      await waiting(project, 1);
      const failed = await runOf(project, "p", event);
      assert.equal(failed.pid, before.pid);
      assert.equal(failed.status, "failed");
      assert.match(failed.error ?? failed.blocks[0]?.error ?? "", expected);
      const after = await runOf(project, "p");
      assert.equal(after.status, "completed");
      assert.notEqual(after.pid, failed.pid);
      await waiting(project, 1);
    });
  }
  await test.step("killed while it waits", async () => {
    const before = await runOf(project, "p");
    await waiting(project, 1);
    Deno.kill(before.pid, "SIGKILL");
    const after = await runOf(project, "p");
    assert.equal(after.status, "completed");
    assert.notEqual(after.pid, before.pid);
  });
  await test.step("ended with its dispatcher", async () => {
    await waiting(project, 1);
    const before = await runOf(project, "p");
    await project.dispatcher.drain();
    assert.equal(project.dispatcher.counts().warm, 0);
    assert.ok(!isAlive(before.pid));
  });
});

Deno.test("under a server the first run finds a process that was started ahead", async () => {
  await using project = await dispatched({
    p: [`${PID}\nconsole.log(Deno.args.includes("ahead"));`],
  }, { isUnderServer: true });
  await waiting(project, 1);
  const first = await runOf(project, "p");
  assert.deepEqual(first.lines, [String(first.pid), "true"]);
  await waiting(project, 2);
  assert.equal((await runOf(project, "p")).pid, first.pid);
});

Deno.test("of many pipelines few processes wait", async () => {
  const names = ["a", "b", "c", "d", "e", "f"];
  await using project = await dispatched(Object.fromEntries(names.map((name) => [name, [PID]])));
  const runs = await Promise.all(names.map((name) => runOf(project, name)));
  assert.equal(new Set(runs.map(({ pid }) => pid)).size, names.length);
  const isWarm = ({ pid }: { readonly pid: number }) => isAlive(pid);
  await until(() => {
    const { warm } = project.dispatcher.counts();
    return warm > 0 && warm <= 4 && runs.filter(isWarm).length === warm;
  }, "at most four wait");
});

Deno.test("what was secret in a run is shown in the next", async () => {
  await using project = await dispatched({
    p: [
      { source: 'const password = "none";\nconst word = "none";', tags: ["parameters"] },
      "//| loader: tell\nconsole.log(Deno.pid);\nconsole.log(word, password);",
    ],
  });
  const { dispatcher, store } = project;
  const linesOf = async (variables: Record<string, string>) => {
    const { run } = await dispatcher.accept({ pipeline: "p", variables });
    await dispatcher.ended(run);
    return (await store.listLogs(run)).map(({ text }) => text);
  };
  const first = await linesOf({ password: "swordfish", word: "a" });
  await waiting(project, 1);
  const second = await linesOf({ password: "mackerel", word: "swordfish" });
  assert.equal(second[0], first[0]);
  assert.deepEqual([first[1], second[1]], ["a ***", "swordfish ***"]);
});

Deno.test("blocks, and what they start, find standard input at its end", async () => {
  await using project = await dispatched({
    p: [
      `//| loader: tell
console.log(Deno.pid);
console.log(await new Response(Deno.stdin.readable).text() === "");
console.log(await Deno.stdin.read(new Uint8Array(1)), Deno.stdin.readSync(new Uint8Array(1)));
console.log((await new Deno.Command("cat").spawn().status).code);`,
    ],
  });
  for (const { lines } of [await runOf(project, "p"), await runOf(project, "p")]) {
    assert.deepEqual(lines.slice(1), ["true", "null null", "0"]);
  }
});

Deno.test("warm processes end with the dispatcher that was killed", async () => {
  const folder = projectFolderOf({
    p: [`${PID}\nawait Deno.writeTextFile("@/pid", String(Deno.pid));`],
  });
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", SERVER, folder],
    stdin: "piped",
    stdout: "null",
  }).spawn();
  const writer = server.stdin.getWriter();
  await writer.write(new TextEncoder().encode("k\n"));
  const text = () => Deno.readTextFile(`${folder}/pid`).catch(() => "");
  await until(async () => await text() !== "", "the run goes on");
  server.kill("SIGKILL");
  await server.status;
  writer.releaseLock();
  const pid = Number(await text());
  await until(() => !isAlive(pid), "the process is gone");
  await Deno.remove(folder, { recursive: true });
});
