/** What people see when a cell goes wrong. @module */
import assert from "node:assert/strict";
import { startKernel } from "./client.ts";

const CASES: readonly (readonly [name: string, source: string, error: string])[] = [
  [
    "a syntax error",
    "const n = 1;\nconst bad = ;",
    "SyntaxError: does not parse: unexpected token\ncell [1], line 2:13\n  2 │ const bad = ;\n    │             ^",
  ],
  [
    "an import that cannot be resolved",
    `const before = 1;\nimport { z } from "./nowhere.ts";`,
    `TypeError: Module not found "NOTEBOOKS/nowhere.ts"\ncell [2], line 2:19\n  2 │ import { z } from "./nowhere.ts";\n    │                   ^`,
  ],
  [
    "a package that nobody declared",
    `import { z } from "no-such-package";`,
    `TypeError: Import "no-such-package" not a dependency and not in import map\ncell [3], line 1:19\n  1 │ import { z } from "no-such-package";\n    │                   ^`,
  ],
  [
    "a runtime error behind types",
    "interface Q { x: { y: number } }\n  const q = {} as Q; const y: number = q.x.y;",
    "TypeError: Cannot read properties of undefined (reading 'y')\ncell [4], line 2:44\n  2 │   const q = {} as Q; const y: number = q.x.y;\n    │                                            ^",
  ],
  [
    "a function that another cell calls",
    "function fail(reason: string) {\n  throw new RangeError(reason);\n}",
    "",
  ],
  [
    "… with both places",
    `fail("on purpose");`,
    `RangeError: on purpose\ncell [5], line 2:9\n  2 │   throw new RangeError(reason);\n    │         ^\n  at cell [6], line 1:1`,
  ],
  [
    "a cause",
    `throw new Error("outer", { cause: new TypeError("inner") });`,
    `outer\ncell [7], line 1:7\n  1 │ throw new Error("outer", { cause: new TypeError("inner") });\n    │       ^\nCaused by: TypeError: inner\ncell [7], line 1:35\n  1 │ throw new Error("outer", { cause: new TypeError("inner") });\n    │                                   ^`,
  ],
  [
    "an unknown name",
    "1 + nobody",
    "ReferenceError: nobody is not defined\ncell [8], line 1:5\n  1 │ 1 + nobody\n    │     ^",
  ],
  ["a constant of another cell", "const fixed = 1;", ""],
  [
    "… assigned",
    "fixed = 2",
    "SyntaxError: assigns to `fixed`, which cell [9] defines as a constant\ncell [10], line 1:1\n  1 │ fixed = 2\n    │ ^",
  ],
  [
    "a name whose cell broke off",
    `const early = 1, late = JSON.parse("{");`,
    `SyntaxError: Expected property name or '}' in JSON at position 1 (line 1 column 2)\ncell [11], line 1:30\n  1 │ const early = 1, late = JSON.parse("{");\n    │                              ^`,
  ],
  [
    "… when it is read",
    "late",
    "ReferenceError: late has no value: the cell that defines it did not come that far; run it again\ncell [12], line 1:1\n  1 │ late\n    │ ^",
  ],
  [
    "Deno.exit()",
    "Deno.exit(3)",
    "Deno.exit(3) was called; in a notebook the kernel goes on\ncell [13], line 1:6\n  1 │ Deno.exit(3)\n    │      ^",
  ],
  [
    "what a module does not export",
    `import { down } from "sluice";\ndown();`,
    `ReferenceError: "sluice" exports no value named down\ncell [14], line 2:1\n  2 │ down();\n    │ ^`,
  ],
  [
    "an enum's cell keeps its lines",
    "enum Kind { A }\nconst kind: Kind = Kind.A; (null as any).x",
    "TypeError: Cannot read properties of null (reading 'x')\ncell [15], line 2:42\n  2 │ const kind: Kind = Kind.A; (null as any).x\n    │                                          ^",
  ],
];

Deno.test("the kernel shows errors at their line, with a caret and the cause", async (t) => {
  const cwd = new URL("../../notebooks", import.meta.url).pathname;
  await using kernel = await startKernel({ cwd });
  for (const [name, source, expected] of CASES) {
    await t.step(name, async () => {
      const { error } = await kernel.run(source);
      assert.equal(
        error.replaceAll(cwd, "NOTEBOOKS").replace('"notebooks/', '"NOTEBOOKS/'),
        expected,
      );
    });
  }
});

Deno.test("the kernel goes on with a new isolate when a cell ends the process", async () => {
  await using kernel = await startKernel();
  await kernel.run("const before = 1");
  const killed = await kernel.run(`Deno.kill(Deno.pid, "SIGKILL"); await new Promise(() => {});`);
  assert.match(killed.error, /^KernelEnded: .*ended with SIGKILL\nA new one has started/);
  assert.equal((await kernel.run("typeof before")).result, `"undefined"`);
});

Deno.test("when() ends a cell quietly, and those that need its names", async () => {
  await using kernel = await startKernel();
  await kernel.run(`import { when } from "sluice";`);
  const ended = await kernel.run(
    `//| loader: trips_of_today\nwhen(false, "no trips today");\nconst trips = [1];`,
  );
  assert.deepEqual([ended.status, ended.displays], ["ok", ["skipped: no trips today"]]);
  const below = await kernel.run("//| transformer: count\nconst count = trips.length;");
  assert.deepEqual([below.status, below.displays], [
    "ok",
    ["skipped: cell [2] (trips_of_today) was skipped"],
  ]);
  assert.deepEqual((await kernel.run("1 + count")).displays, [
    "skipped: cell [3] (count) was skipped",
  ]);
});

Deno.test("an error aborts the cells that were sent before it, and none sent later", async () => {
  await using kernel = await startKernel();
  const sent = [
    kernel.run("await 0; throw new Error('first')"),
    kernel.run("1"),
    kernel.run("2"),
  ];
  assert.deepEqual((await Promise.all(sent)).map(({ status }) => status), [
    "error",
    "aborted",
    "aborted",
  ]);
  assert.equal((await kernel.run("3")).result, "3");
  const kept = [kernel.run("throw 1", { stopOnError: false }), kernel.run("4")];
  assert.deepEqual((await Promise.all(kept)).map(({ status }) => status), ["error", "ok"]);
});
