/** A kernel that knows its notebook: what hangs on what, what changed, what is asked with `%`. @module */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";
import { startKernel, startSharedKernel } from "./client.ts";

const ROOT = resolve(import.meta.dirname!, "..", "..");

interface Cell {
  readonly id: string;
  readonly source: string;
  readonly tags?: readonly string[];
}

const CELLS: readonly Cell[] = [
  { id: "p", source: "const limit = 2;", tags: ["parameters"] },
  {
    id: "i",
    source:
      `import { run, tableFromRows } from "sluice";\nimport { double } from "../blocks/own.ts";`,
  },
  { id: "a", source: "//| loader: load_numbers\nconst numbers = [1, 2, 3, 4];" },
  {
    id: "b",
    source: "//| transformer: take_few\nconst few = numbers.slice(0, limit).map(double);",
  },
  { id: "c", source: "//| custom: tell\nconsole.log(few.join());" },
];

/** A project with one notebook and one module below `blocks/`. */
async function project(cells: readonly Cell[] = CELLS) {
  const parent = join(ROOT, ".sluice", "tests");
  await Deno.mkdir(parent, { recursive: true });
  const folder = await Deno.makeTempDir({ dir: parent, prefix: "live-" });
  const notebook = join(folder, "notebooks", "numbers.ipynb");
  const own = join(folder, "blocks", "own.ts");
  await Deno.mkdir(join(folder, "notebooks"));
  await Deno.mkdir(join(folder, "blocks"));
  await Deno.writeTextFile(own, "export const double = (n: number) => n * 2;");
  const json = cells.map(({ id, source, tags = [] }) => ({
    cell_type: "code",
    id,
    source,
    metadata: { tags },
    outputs: [],
    execution_count: null,
  }));
  await Deno.writeTextFile(
    notebook,
    JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells: json }),
  );
  const place = (env: Record<string, string> = {}) => ({
    cwd: join(folder, "notebooks"),
    env: { JPY_SESSION_NAME: notebook, ...env },
  });
  return {
    own,
    place,
    start: () => startKernel(place()),
    run: (kernel: Awaited<ReturnType<typeof startKernel>>, id: string, source?: string) =>
      kernel.run(source ?? cells.find((cell) => cell.id === id)!.source, { id }),
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

Deno.test("a changed cell names the cells that are stale now, and the line shrinks as they run", async () => {
  await using notebook = await project();
  await using kernel = await notebook.start();
  for (const { id } of CELLS) assert.deepEqual((await notebook.run(kernel, id)).displays, []);
  assert.deepEqual(
    (await notebook.run(kernel, "p")).displays,
    [],
    "the same value makes nothing stale",
  );
  const changed = await notebook.run(kernel, "p", "const limit = 3;");
  assert.deepEqual(changed.displays, [
    "↻ stale now, for what they read has changed: cell 4 (take_few) and cell 5 (tell)",
  ]);
  const next = await notebook.run(kernel, "b");
  const update = next.outputs.find(({ type }) => type === "update_display_data");
  assert.match(JSON.stringify(update), /has changed: cell 5 \(tell\)"/);
  assert.equal((await notebook.run(kernel, "c")).text, "2,4,6\n");
});

Deno.test("names left over from edited and deleted cells are reported", async () => {
  await using notebook = await project();
  await using kernel = await notebook.start();
  for (const { id } of CELLS) await notebook.run(kernel, id);
  const edited = await notebook.run(kernel, "b", "//| transformer: take_few\nconst less = [2];");
  assert.deepEqual(edited.displays, [
    "⚠ `few` is left over: no cell defines it any more, and cell 5 (tell) read it",
  ]);
  assert.deepEqual((await notebook.run(kernel, "c")).displays, [
    "⚠ reads `few`, which was defined by an earlier text of cell 4 (take_few); a fresh run will not have it",
  ]);
  await kernel.run("1", { deletedCells: ["a"] });
  assert.match(
    (await kernel.run("numbers.length")).displays.join(),
    /cell 3 \(load_numbers\), which was deleted/,
  );
});

Deno.test("an edited module takes effect at the next cell that uses it", async () => {
  await using notebook = await project();
  await using kernel = await notebook.start();
  for (const { id } of CELLS) await notebook.run(kernel, id);
  await Deno.writeTextFile(notebook.own, "export const double = (n: number) => n * 20;");
  await notebook.run(kernel, "b");
  assert.equal((await notebook.run(kernel, "c")).text, "20,40\n");
  await Deno.writeTextFile(notebook.own, "export const double = (n: number) => n *;");
  assert.equal((await kernel.run("'does not use it'")).error, "");
  assert.match(
    (await notebook.run(kernel, "b")).error,
    /^SyntaxError: Expression expected[^]*own\.ts:1:/,
  );
  await Deno.writeTextFile(notebook.own, "export const double = (n: number) => n * 3;");
  await notebook.run(kernel, "b");
  assert.equal((await notebook.run(kernel, "c")).text, "3,6\n");
});

const shared = await project();
Deno.test.afterAll(() => shared[Symbol.asyncDispose]());
/** For the tests below, in the order in which they stand: before the first, no cell has run. */
const kernel = await startSharedKernel(shared.place({ SLUICE_EXECUTION_DATE: "2024-02-01" }));

Deno.test("%upstream runs what the cell needs and lacks, and nothing else", async () => {
  const ran = await shared.run(kernel, "c", "%upstream\nconsole.log(few.join());");
  assert.deepEqual([ran.text, ran.displays], [
    "2,4\n",
    ["ran cell 1", "ran cell 2", "ran cell 3 (load_numbers)", "ran cell 4 (take_few)"],
  ]);
  assert.deepEqual((await shared.run(kernel, "c", "%upstream\nfew.length")).displays, []);
});

Deno.test("%pipeline draws, %check judges, an unknown magic names the nearest", async () => {
  const [drawn] = (await kernel.run("%pipeline")).outputs;
  assert.match(
    JSON.stringify(drawn),
    /mermaid.*flowchart LR.*load_numbers.*numbers.*take_few/,
  );
  assert.match((await kernel.run("%check")).displays.join(), /^✓ no errors in 3 blocks/);
  assert.match(
    (await kernel.run("%chek")).error,
    /%chek is no magic of this kernel; did you mean `check`\?/,
  );
});

Deno.test("completion knows names of the same cell, and Shift-Tab documentation", async () => {
  await shared.run(kernel, "i");
  const complete = async (code: string) =>
    (await kernel.request("complete_request", { code, cursor_pos: code.length }))
      .matches as string[];
  assert.ok((await complete("const inThisCell = 1;\ninTh")).includes("inThisCell"));
  assert.ok((await complete("tableFromR")).includes("tableFromRows"));
  assert.ok((await complete("Math.ma")).some((name) => name.endsWith("max")));
  await kernel.run("/** Adds one. */\nfunction addOne(n: number): number { return n + 1; }");
  const inspect = async (code: string) => {
    const reply = await kernel.request("inspect_request", {
      code,
      cursor_pos: code.length,
      detail_level: 0,
    });
    return (reply.data as Record<string, string>)["text/plain"] ?? "";
  };
  assert.match(await inspect("tableFromRows("), /^function tableFromRows[^]*@example/);
  assert.match(await inspect("addOne"), /Adds one\.[^]*n: number\): number/);
  assert.match(await inspect("Deno.readTextFile"), /readTextFile/);
});

Deno.test("run is the session's: parameters as they are now, a date that can be set", async () => {
  for (const id of ["p", "i"]) await shared.run(kernel, id);
  const seen =
    "[run.pipeline, run.live, run.variables.limit, `${run.executionDate.toPlainDate()}`]";
  assert.equal((await kernel.run(seen)).result, `[ "numbers", true, 2, "2024-02-01" ]`);
  await kernel.run("%execution_date 2024-03-01");
  await shared.run(kernel, "p", "const limit = 7;");
  assert.equal((await kernel.run(seen)).result, `[ "numbers", true, 7, "2024-03-01" ]`);
});
