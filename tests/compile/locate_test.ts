/** Stacks, messages and type errors speak of the notebook. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type CheckedNotebook,
  checkNotebook,
  checkNotebooks,
} from "../../runtime/compile/check.ts";
import { compileNotebook } from "../../runtime/compile/compile.ts";
import { locateStack } from "../../runtime/compile/locate.ts";
import { type CellInput, notebookOf, parametersOf } from "./notebook_of.ts";

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.realPath(await Deno.makeTempDir());
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs all blocks without inputs of a notebook and gives the located stack of what is thrown. */
async function stackOf(cells: readonly CellInput[]): Promise<string> {
  let stack = "";
  await inFolder(async (folder) => {
    const notebook = join(folder, "n.ipynb");
    await Deno.writeTextFile(notebook, notebookOf(cells));
    const compiled = await compileNotebook(notebook, { projectFolder: folder });
    try {
      const { default: pipeline } = await import(pathToFileURL(compiled.module).href);
      const blocks = await pipeline((_name: string, fallback: unknown) => fallback);
      for (const { name } of compiled.pipeline.blocks) await blocks[name]({});
    } catch (error) {
      stack = locateStack(error as Error, compiled).replaceAll(folder, "");
    }
  });
  return stack;
}

const THROWN: readonly (readonly [name: string, cells: readonly CellInput[], stack: RegExp])[] = [
  [
    "a block",
    ["# x", "//| loader: load\nconst n: number = 1;\n  if (n) throw new Error('no');"],
    /^Error: no\n {4}at load \(\/n\.ipynb, cell 2 \(load\), line 3:16\)(\n|$)/,
  ],
  [
    "shared code that a block calls",
    [
      "const f = (n: number) => {\n  throw new RangeError(`n ${n}`);\n};",
      "//| loader: load\nf(1);",
    ],
    /^RangeError: n 1\n {4}at f \(\/n\.ipynb, cell 1, line 2:9\)\n {4}at load \(\/n\.ipynb, cell 2 \(load\), line 2:1\)(\n|$)/,
  ],
  ["shared code as it is evaluated", [
    "const f = [1].map(() => {\n  throw new Error('no');\n});",
    "//| loader: load\nconsole.log(f);",
  ], /^Error: no\n {4}at \/n\.ipynb, cell 1, line 2:9\n {4}at \/n\.ipynb, cell 1, line 1:15(\n|$)/],
  ["lines below a template literal and a line separator", [
    "//| loader: load\nconst text = `a\n  b\n`; const other = '\u2028';\nnull!.x; console.log(text, other);",
  ], /line 5:7\)/],
  ["a package that comes with Sluice, whose frames are left out", [
    `import { makeVector } from ${JSON.stringify(import.meta.resolve("apache-arrow"))};`,
    "//| loader: load\nconst column = makeVector('x' as never);",
  ], /^Error: Unrecognized input\n {4}at load \(\/n\.ipynb, cell 2 \(load\), line 2:16\)(\n|$)/],
  ["a statement behind `export`", [
    "export const n = (() => { throw new Error('no'); })();",
    "//| loader: load\nconsole.log(n);",
  ], /cell 1, line 1:33/],
];

for (const [name, cells, stack] of THROWN) {
  Deno.test(`locateStack() places what is thrown by ${name}`, async () => {
    const located = await stackOf(
      cells.map((cell) => cell === "# x" ? { source: "# x", type: "markdown" } : cell),
    );
    assert.match(located, stack);
  });
}

Deno.test("locateStack() places a parameter's error behind what the compiler put before it", async () => {
  const stack = await stackOf([
    "const boom = (): number => { throw new Error('no'); };",
    parametersOf("const url = 1, size = boom();"),
    "//| loader: load\nconsole.log(url, size);",
  ]);
  assert.match(
    stack,
    /^Error: no\n {4}at boom \(\/n\.ipynb, cell 1, line 1:36\)\n {4}at \/n\.ipynb, cell 2, line 1:23\n/,
  );
});

Deno.test("locateStack() replaces the module's name in messages", async () => {
  await inFolder(async (folder) => {
    const notebook = join(folder, "n.ipynb");
    await Deno.writeTextFile(
      notebook,
      notebookOf(['//| loader: load\nimport { x } from "./gone.ts";\nconsole.log(x);']),
    );
    const compiled = await compileNotebook(notebook, { projectFolder: folder });
    const url = pathToFileURL(compiled.module).href;
    const message = locateStack(
      `Module not found "file:///gone.ts".\n    at ${url}:2:19\nof ${compiled.module}`,
      compiled,
    );
    assert.equal(
      message,
      `Module not found "file:///gone.ts".\n    at ${notebook}, cell 1 (load), line 2:19\nof ${notebook}`,
    );
  });
});

Deno.test("checkNotebooks() reports type errors in notebook coordinates, beside what does not compile, and those of modules", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(
      join(folder, "deno.json"),
      '{ "compilerOptions": { "noUncheckedIndexedAccess": true }, "exclude": [".sluice/"] }',
    );
    await Deno.writeTextFile(join(folder, "m.ts"), "export const m: number = '';");
    const sources = {
      "a.ipynb": ["//| loader: a\nconst n: number[] = [];\nconst x: number = n[0];"],
      "b.ipynb": ["//| loader: b\nconst n = nothing;"],
      "c.ipynb": ['//| loader: c\nimport { m } from "./m.ts";\nconsole.log(m);'],
      // names that nobody uses are no errors
      "n.ipynb": [
        parametersOf('const limit: number = "many";'),
        "//| loader: load\nconst trips = [1, 2];\nconst unused = 1;\nconst first: number = trips[0];",
        "//| custom: use\nconst f = () => { const inner = 1; };\nf();\nconst text: string = trips.length + limit;\nconst o: { a: { b: string } } = { a: { b: 1 } };",
      ],
    };
    for (const [name, cells] of Object.entries(sources)) {
      await Deno.writeTextFile(join(folder, name), notebookOf(cells));
    }
    const paths = Object.keys(sources).map((name) => join(folder, name));
    const checked = await checkNotebooks(paths, { projectFolder: folder });
    assert.deepEqual(checked.map(({ compiled }) => compiled?.pipeline.blocks.length), [
      1,
      undefined,
      1,
      2,
    ]);
    assert.deepEqual(messages(checked, folder), [
      "a.ipynb, cell 1 (a), line 3:7: Type 'number | undefined' is not assignable to type 'number': Type 'undefined' is not assignable to type 'number' (TS2322)",
      "a.ipynb: imports m.ts, line 1:14: Type 'string' is not assignable to type 'number' (TS2322)",
      "b.ipynb, cell 1 (b), line 2:11: reads `nothing`, which no cell defines; define it in a cell above, or import it",
      "n.ipynb, cell 1, line 1:7: Type 'string' is not assignable to type 'number' (TS2322)",
      "n.ipynb, cell 2 (load), line 4:7: Type 'number | undefined' is not assignable to type 'number': Type 'undefined' is not assignable to type 'number' (TS2322)",
      "n.ipynb, cell 3 (use), line 4:7: Type 'number' is not assignable to type 'string' (TS2322)",
      "n.ipynb, cell 3 (use), line 5:40: Type 'number' is not assignable to type 'string' (TS2322)",
    ]);
  });
});

Deno.test("checkNotebook() names the cell that imports what is not there", async () => {
  await inFolder(async (folder) => {
    const notebook = join(folder, "d.ipynb");
    const cells = ['//| loader: d\nimport { m } from "./gone.ts";\nconsole.log(m);'];
    await Deno.writeTextFile(notebook, notebookOf(cells));
    const checked = await checkNotebook(notebook, { projectFolder: folder });
    assert.deepEqual(messages([checked], folder), [
      "d.ipynb, cell 1 (d), line 2:19: Cannot find module 'gone.ts' (TS2307)",
    ]);
  });
});

/** What was found, without the folder's path. */
function messages(checked: readonly CheckedNotebook[], folder: string): readonly string[] {
  return checked.flatMap(({ errors }) =>
    errors.map(({ message }) => message.replaceAll(`${folder}/`, ""))
  );
}
