/** Every error of compiling: cells → message with cell, line and mend. @module */
import assert from "node:assert/strict";
import { errorsOf } from "./compile_text.ts";
import { type CellInput, parametersOf } from "./notebook_of.ts";

type Case = readonly [name: string, cells: readonly CellInput[], ...errors: readonly string[]];

const LOAD = "//| loader: load\nconst trips = [1, 2, 3];";

const CASES: readonly Case[] = [
  // syntax
  [
    "syntax error",
    ["//| loader: load\nconst trips = [1,,;"],
    "cell 1 (load), line 2:19: does not parse: unexpected token",
  ],
  [
    "unclosed bracket",
    ["//| loader: load\nconst a = (1;"],
    'cell 1 (load), line 2:13: does not parse: unexpected token, expected ","',
  ],
  [
    "return at the top",
    ["//| loader: load\nreturn 1;"],
    "cell 1 (load), line 2:1: a cell cannot `return`; end a block early with `when(condition)`",
  ],
  [
    "one name twice in a cell",
    ["const a = 1;\nconst a = 2;"],
    "cell 1, line 2:7: does not parse: identifier 'a' has already been declared",
  ],
  [
    "several errors together",
    ["//| loader: one\nconst x = ;", "//| loader: two\nconst y = ;"],
    "cell 1 (one), line 2:11: does not parse: unexpected token",
    "cell 2 (two), line 2:11: does not parse: unexpected token",
  ],
  [
    "import.meta",
    ["//| loader: load\nconst here = import.meta.url;"],
    "cell 1 (load), line 2:14: a cell has no `import.meta`; write paths relative to the notebook's folder",
  ],
  [
    "namespace",
    ["namespace Shapes { export const x = 1; }"],
    "cell 1, line 1:1: a cell cannot hold a `namespace`; move it to a module and import it",
  ],
  // two definitions
  [
    "two cells define what a third reads",
    [LOAD, "//| loader: again\nconst trips = [4];", "//| custom: count\nconsole.log(trips);"],
    "cell 2 (again), line 2:7: defines `trips`, which cell 1 defines too, and cell 3 reads it; rename one of them",
  ],
  [
    "scratch defines what a block reads",
    ["//| loader: a\nconst n = 1;", "const n = 2;", "//| custom: b\nconsole.log(n);"],
    "cell 2, line 1:7: defines `n`, which cell 1 defines too, and cell 3 reads it; rename one of them",
  ],
  [
    "one import name from two sources",
    [
      'import { parse } from "npm:yaml";',
      'import { parse } from "npm:csv";',
      "//| loader: a\nconst n = parse();",
    ],
    'cell 2, line 1:10: imports `parse` from "npm:csv", but cell 1 imports it from "npm:yaml"; rename one: `parse as other_parse`',
  ],
  [
    "one import name from two sources, each in its own block",
    [
      '//| loader: a\nimport { parse } from "npm:yaml";\nparse();',
      '//| loader: b\nimport { parse } from "npm:csv";\nparse();',
    ],
    'cell 2 (b), line 2:10: imports `parse` from "npm:csv", but cell 1 imports it from "npm:yaml"; rename one: `parse as other_parse`',
  ],
  [
    "two shared cells define a name for themselves",
    [
      "const size = 1;\nconst a = () => size;",
      "const size = 2;\nconst b = () => size;",
      "//| loader: l\nconst n = a() + b();",
    ],
    "cell 2, line 1:7: defines `size`, which cell 1 defines too, and both are shared; rename one of them",
  ],
  [
    "two interfaces of one name",
    [
      "//| loader: a\ninterface Row { a: 1 }",
      "//| loader: b\ninterface Row { b: 1 }",
      "//| custom: c\nlet row: Row | undefined;",
    ],
    "cell 2 (b), line 2:11: defines `Row`, which cell 1 defines too, and cell 3 reads it; rename one of them",
  ],
  // order
  [
    "a block reads what stands below",
    ["//| custom: count\nconsole.log(trips);", LOAD],
    "cell 1 (count), line 2:13: reads `trips`, which stands only below, in cell 2; move that cell up",
  ],
  [
    "a block calls a function from below",
    ["//| loader: load\nconst n = half(4);", "const half = (n: number) => n / 2;"],
    "cell 1 (load), line 2:11: reads `half`, which stands only below, in cell 2; move that cell up",
  ],
  [
    "a block reaches below through a function",
    [
      "const twice = (n: number) => add(n, n);",
      "//| loader: load\nconst n = twice(2);",
      "function add(a: number, b: number) { return a + b; }",
    ],
    "cell 2 (load), line 2:11: reaches `add` through `twice`, but it stands only below, in cell 3; move that cell up",
  ],
  [
    "a shared statement reaches below through functions",
    [
      "function a() { return b(); }\nfunction b() { return c; }",
      "const n = a();",
      "const c = 1;",
      "//| loader: load\nconst m = n;",
    ],
    "cell 2, line 1:11: reaches `c` through `a`, but it stands only below, in cell 3; move that cell up",
  ],
  ["a shared statement reads what stands below", [
    "const b = [a];",
    "const a = 1;",
    "//| loader: l\nconst n = b;",
  ], "cell 1, line 1:12: reads `a`, which stands only below, in cell 2; move that cell up"],
  ["a callback that is called at once", [
    "const b = [1].map((n) => n + a);",
    "const a = 1;",
    "//| loader: l\nconst n = b;",
  ], "cell 1, line 1:30: reads `a`, which stands only below, in cell 2; move that cell up"],
  [
    "an import below",
    ["//| loader: l\nconst n = parse();", 'import { parse } from "npm:yaml";'],
    "cell 1 (l), line 2:11: reads `parse`, which stands only below, in cell 2; move that cell up",
  ],
  // redefinition and assignment
  [
    "a new name from the old one",
    [LOAD, "//| transformer: drop\nconst trips = trips.filter(Boolean);"],
    "cell 2 (drop), line 2:15: reads `trips` of cell 1 and defines it anew; give the new one a name of its own, such as `new_trips`",
  ],
  [
    "a read before the new definition",
    [LOAD, "//| transformer: drop\nconsole.log(trips);\nconst trips = [1];"],
    "cell 2 (drop), line 2:13: reads `trips` of cell 1 and defines it anew; give the new one a name of its own, such as `new_trips`",
  ],
  [
    "a read before the definition",
    ["//| loader: a\nconsole.log(n);\nconst n = 1;"],
    "cell 1 (a), line 2:13: reads `n` before it is defined; move its definition up",
  ],
  [
    "assigning to another block's name",
    ["//| loader: load\nlet trips = 1;", "//| transformer: drop\ntrips = 2;"],
    "cell 2 (drop), line 2:1: assigns to `trips`, which cell 1 defines; define a new name here, such as `new_trips`",
  ],
  [
    "assigning to a parameter",
    [parametersOf("let limit = 1;"), "//| loader: load\nlimit += 1;"],
    "cell 2 (load), line 2:1: assigns to `limit`, which cell 1 defines; define a new name here, such as `new_limit`",
  ],
  [
    "assigning in a nested function",
    ["let count = 0;", "//| loader: load\nconst f = () => { count++; };\nf();"],
    "cell 2 (load), line 2:19: assigns to `count`, which cell 1 defines; define a new name here, such as `new_count`",
  ],
  [
    "assigning to an undeclared name",
    ["//| loader: load\ntrips = [1];"],
    "cell 1 (load), line 2:1: assigns to `trips`, which nothing declares; write `const trips = …` or `let trips = …`",
  ],
  // unknown names
  ["a name no cell defines, with the nearest", [
    LOAD,
    "//| custom: count\nconsole.log(tripz.length);",
  ], "cell 2 (count), line 2:13: reads `tripz`, which no cell defines; did you mean `trips`?"],
  [
    "a name no cell defines",
    ["//| custom: count\nconsole.log(elephants);"],
    "cell 1 (count), line 2:13: reads `elephants`, which no cell defines; define it in a cell above, or import it",
  ],
  [
    "a name of Sluice that is not imported",
    ["//| custom: count\nwhen(true);"],
    'cell 1 (count), line 2:1: reads `when`, which no cell defines; import it: `import { when } from "sluice";`',
  ],
  [
    "a name no cell defines, in reached shared code",
    ["const f = () => elephants;", "//| loader: l\nconst n = f();"],
    "cell 1, line 1:17: reads `elephants`, which no cell defines; define it in a cell above, or import it",
  ],
  // block names
  [
    "a block name twice",
    ["//| loader: load\nconst a = 1;", "//| loader: load\nconst b = 1;"],
    "cell 2 (load), line 1:13: cell 1 is called `load` too; rename one of them",
  ],
  [
    "a block name in camel case",
    ["//| loader: loadTrips\nconst a = 1;"],
    'cell 1 (loadTrips), line 1:13: a block\'s name is ASCII snake_case, and this is "loadTrips"; call it `load_trips`',
  ],
  [
    "a block name with an accent",
    ["//| loader: café trips\nconst a = 1;"],
    'cell 1 (café trips), line 1:13: a block\'s name is ASCII snake_case, and this is "café trips"; call it `cafe_trips`',
  ],
  [
    "a reserved block name",
    ["//| loader: delete\nconst a = 1;"],
    "cell 1 (delete), line 1:13: a block cannot be called `delete`, a word of the language; name what it does",
  ],
  [
    "a block named as a variable",
    ["//| loader: trips\nconst trips = [1];"],
    "cell 1 (trips), line 1:13: `trips` is also a variable of cell 1; rename the block, for example to `make_trips`",
  ],
  [
    "a block named as another cell's import",
    ['import { load } from "npm:x";', "//| loader: load\nconst a = load();"],
    "cell 2 (load), line 1:13: `load` is also a variable of cell 1; rename the block, for example to `make_load`",
  ],
  [
    "a block named as a global that is used",
    ["//| loader: fetch\nconst a = 1;", '//| loader: b\nconst c = await fetch("http://x");'],
    "cell 1 (fetch), line 1:13: `fetch` is also a global that cell 2 uses; rename the block, for example to `make_fetch`",
  ],
  // upstream and of
  [
    "upstream names no block",
    [LOAD, "//| custom: count\n//| upstream: [lod]\nconst n = 1;"],
    "cell 2 (count), line 2:15: `upstream` names `lod`, which is no block above; did you mean `load`?",
  ],
  [
    "upstream names a block below",
    ["//| custom: count\n//| upstream: load\nconst n = 1;", LOAD],
    "cell 1 (count), line 2:15: `upstream` names `load`, which stands below, in cell 2; move that cell up",
  ],
  [
    "upstream names the block itself",
    ["//| custom: count\n//| upstream: [count]\nconst n = 1;"],
    "cell 1 (count), line 2:15: `upstream` names `count`, which is this block itself; leave it out",
  ],
  [
    "of names no block",
    [LOAD, "//| callback: tell\n//| of: [lod]\nconst n = 1;"],
    "cell 2 (tell), line 2:9: `of` names `lod`, which is no block; did you mean `load`?",
  ],
  // shared code that reads blocks' values
  [
    "shared code reads a block's value",
    [LOAD, "const most = trips.slice(1);", "//| custom: c\nconsole.log(most);"],
    "cell 2, line 1:14: shared code reads `trips`, a value of block `load`; make the cell a block: `//| transformer: name`",
  ],
  [
    "a closure reads a block's value",
    [LOAD, "const most = () => trips.slice(1);", "//| custom: c\nconsole.log(most());"],
    "cell 2, line 1:20: a shared function reads `trips`, a value of block `load`; pass it as an argument, or make the cell a block",
  ],
  [
    "a function reads a block's value, by way of another",
    [LOAD, "function a() { return trips; }", "function b() { return a(); }", "//| custom: c\nb();"],
    "cell 2, line 1:23: a shared function reads `trips`, a value of block `load`; pass it as an argument, or make the cell a block",
  ],
  [
    "a shared type reads a block's value",
    [LOAD, "type Trip = (typeof trips)[number];", "//| custom: c\nlet trip: Trip | undefined;"],
    "cell 2, line 1:21: a shared type reads `trips`, a value of block `load`; write the type out, or move it into the block that uses it",
  ],
  [
    "a block's type reads its value and is used elsewhere",
    [
      "//| loader: load\nconst trips = [1];\ntype Trip = (typeof trips)[number];",
      "//| custom: c\nlet trip: Trip | undefined;",
    ],
    "cell 1 (load), line 3:21: a type that other cells use reads `trips`, a value of block `load`; write the type out, without it",
  ],
  [
    "a parameter reads a block's value",
    [LOAD, parametersOf("const n = trips.length;"), "//| custom: c\nconsole.log(n);"],
    "cell 2, line 1:11: a parameter reads `trips`, a value of block `load`; compute it in a block",
  ],
  // what cannot travel
  [
    "a function of another block",
    ["//| loader: a\nfunction half(n: number) { return n / 2; }", "//| custom: b\nhalf(2);"],
    "cell 2 (b), line 2:1: reads `half`, a function defined inside block `a`, which cannot travel between blocks; move it to a cell of its own, without a header",
  ],
  [
    "an arrow function of another block",
    ["//| loader: a\nconst half = (n: number) => n / 2;", "//| custom: b\nhalf(2);"],
    "cell 2 (b), line 2:1: reads `half`, a function defined inside block `a`, which cannot travel between blocks; move it to a cell of its own, without a header",
  ],
  [
    "a class of another block",
    ["//| loader: a\nclass Trip {}", "//| custom: b\nnew Trip();"],
    "cell 2 (b), line 2:5: reads `Trip`, a class defined inside block `a`, which cannot travel between blocks; move it to a cell of its own, without a header",
  ],
  [
    "a class of another block, as a type",
    ["//| loader: a\nclass Trip {}", "//| custom: b\nlet trip: Trip | undefined;"],
    "cell 2 (b), line 2:11: reads `Trip`, a class defined inside block `a`, which cannot travel between blocks; move it to a cell of its own, without a header",
  ],
  [
    "an enum of another block",
    ["//| loader: a\nenum Kind { A }", "//| custom: b\nconsole.log(Kind.A);"],
    "cell 2 (b), line 2:13: reads `Kind`, an enum defined inside block `a`, which cannot travel between blocks; move it to a cell of its own, without a header",
  ],
  [
    "a using value of another block",
    ['//| loader: a\nusing file = await Deno.open("x");', "//| custom: b\nconsole.log(file);"],
    "cell 2 (b), line 2:13: reads `file`, a `using` value defined inside block `a`, which cannot travel between blocks; open it in this block too",
  ],
  // parameters
  [
    "a parameter without a default",
    [parametersOf("let url: string;")],
    "cell 1, line 1:5: parameter `url` is no plain name with a default; write `const url = default;`",
  ],
  [
    "a destructured parameter",
    [parametersOf("const { url } = { url: 1 };")],
    "cell 1, line 1:9: parameter `url` is no plain name with a default; write `const url = default;`",
  ],
  [
    "a statement among parameters",
    [parametersOf("const url = 1;\nconsole.log(url);")],
    "cell 1, line 2:1: a cell tagged `parameters` holds only `const name = default;`; move this to a cell below",
  ],
  [
    "a function among parameters",
    [parametersOf("function f() {}")],
    "cell 1, line 1:10: parameter `f` is no plain name with a default; write `const f = default;`",
  ],
  [
    "parameters that are a block",
    [{ source: "//| loader: a\nconst n = 1;", tags: ["parameters"] }],
    "cell 1 (a), line 1:13: a cell tagged `parameters` cannot be a block too; remove the tag or the header",
  ],
  [
    "a parameter twice",
    [parametersOf("const n = 1;"), parametersOf("const n = 2;")],
    "cell 2, line 1:7: defines `n`, which cell 1 defines too, and both are shared; rename one of them",
  ],
  // headers below code
  [
    "a header below code",
    ["const a = 1;\n//| loader: load\nconst b = a;"],
    "cell 1, line 2:1: a `//|` line stands below code; move it to the top of the cell",
  ],
  [
    "a header of SQL in TypeScript",
    ["--| loader: a\nconst n = 1;"],
    "cell 1, line 1:1: `--|` heads SQL cells; write `%%sql` in the first line, or `//|` here",
  ],
  [
    "a header of TypeScript in SQL",
    ["%%sql\n//| loader: a\nselect 1"],
    "cell 1, line 2:1: `//|` heads TypeScript cells; write `--|` in SQL",
  ],
  // what has no sense in a cell
  [
    "`using` in shared code",
    ["using file = { [Symbol.dispose]() {} };", "//| custom: b\nconsole.log(file);"],
    "cell 1, line 1:7: shared code holds `file` with `using`, which would be disposed before any block runs; open it in the block that needs it",
  ],
  [
    "import =",
    ['//| loader: a\nimport fs = require("fs");'],
    'cell 1 (a), line 2:1: a cell cannot `import … =`; write `import name from "module";`',
  ],
  // one mistake, one message: a broken header brings no others
  [
    "a broken header hides nothing and adds nothing",
    ["//| loader: [\nconst trips = 1;", "//| custom: c\nconsole.log(trips, elephants);"],
    "cell 1, line 1:14: the header is not YAML: flow sequence in block collection must be sufficiently indented and end with a ]",
    "cell 2 (c), line 2:20: reads `elephants`, which no cell defines; define it in a cell above, or import it",
  ],
];

for (const [name, cells, ...expected] of CASES) {
  Deno.test(`compile refuses ${name}`, () => {
    assert.deepEqual(errorsOf(cells), expected);
  });
}
