/** `sluice resume` through the real command line: what it reuses, and why it runs the rest again. @module */
import assert from "node:assert/strict";
import { projectOf } from "../commands/project_of.ts";
import { notebookOf, parametersOf } from "../compile/notebook_of.ts";

const FACTOR = "export const factor = 2;\n";

function notebook({ load = "const numbers = [1, 2, 3];" } = {}): string {
  return notebookOf([
    parametersOf("const plus = 0;"),
    'import { factor } from "../blocks/factor.ts";',
    `//| loader: load\n${load}`,
    "//| transformer: multiply\nconst multiplied = numbers.map((n) => n * factor);",
    "//| transformer: add\nconst added = multiplied.map((n) => n + plus);",
    '//| exporter: save\nif (!await Deno.stat("calm").catch(() => null)) throw new Error("not yet");\nconsole.log(added.join(" "));',
  ]);
}

/** Each time the last block has failed before; what has changed since, and what a person reads. */
const CASES: readonly {
  readonly what: string;
  readonly change: (write: (path: string, text: string) => void) => void;
  readonly args?: readonly string[];
  readonly said: readonly string[];
  readonly result: string;
}[] = [
  {
    what: "nothing",
    change: () => {},
    said: [
      "load reused: completed before",
      "multiply reused: completed before",
      "add reused: completed before",
      "save runs again: failed before",
    ],
    result: "2 4 6",
  },
  {
    what: "a block's code",
    change: (write) => write("notebooks/p.ipynb", notebook({ load: "const numbers = [5];" })),
    said: [
      "load runs again: code changed",
      "multiply runs again: upstream load changed",
      "add runs again: upstream multiply changed",
      "save runs again: failed before",
    ],
    result: "10",
  },
  {
    what: "an imported module in blocks/",
    change: (write) => write("blocks/factor.ts", "export const factor = 3;\n"),
    said: [
      "load reused: completed before",
      "multiply runs again: code changed",
      "add runs again: upstream multiply changed",
      "save runs again: failed before",
    ],
    result: "3 6 9",
  },
  {
    what: "a parameter",
    change: () => {},
    args: ["--var", "plus=10"],
    said: [
      "load reused: completed before",
      "multiply reused: completed before",
      "add runs again: parameter plus changed",
      "save runs again: failed before",
    ],
    result: "12 14 16",
  },
];

for (const { what, change, args = [], said, result } of CASES) {
  Deno.test(`sluice resume where ${what} has changed says what it reuses and why not the rest`, async () => {
    using project = projectOf({ "notebooks/p.ipynb": notebook(), "blocks/factor.ts": FACTOR });
    const first = await project.call(["run", "p", "--json"]);
    assert.equal(first.code, 1);
    const { run } = JSON.parse(first.stdout);
    project.write("calm", "");
    change(project.write);
    const { code, stdout, stderr } = await project.call(["resume", run, ...args]);
    assert.equal(code, 0, stdout + stderr);
    const lines = stdout.split("\n");
    assert.deepEqual(lines.slice(0, 5), [`run ${run} of p resumed`, ...said]);
    assert.ok(lines.includes(`save │ ${result}`), stdout);
  });
}
