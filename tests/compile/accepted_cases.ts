/** Cells that must not be an error, and what they compile to. @module */
import { type CellInput, parametersOf } from "./notebook_of.ts";

/** What an accepted notebook compiles to. */
export interface Expected {
  /** Each as `from.name>to`. */
  readonly edges?: readonly string[];
  readonly scratch?: readonly number[];
  /** Text that the module holds. */
  readonly has?: readonly string[];
  /** Text that the module does not hold. */
  readonly lacks?: readonly string[];
  /** Compiles, but for TypeScript's error of this number. */
  readonly typeError?: string;
}
/** A notebook that must compile. */
export type AcceptedCase = readonly [name: string, cells: readonly CellInput[], expected: Expected];

/** A block that defines with `code`, and one that reads `name`. */
function passed(code: string, name: string): readonly CellInput[] {
  return [`//| loader: a\n${code}`, `//| custom: b\nconsole.log(${name});`];
}

export const ACCEPTED: readonly AcceptedCase[] = [
  // shapes of definitions
  ["object destructuring", passed("const { x: y, ...rest } = { x: 1, z: 2 };", "y, rest"), {
    edges: ["a.y>b", "a.rest>b"],
  }],
  ["array destructuring with holes and defaults", passed("const [, second = 2] = [1];", "second"), {
    edges: ["a.second>b"],
  }],
  [
    "nested destructuring with a computed key",
    passed('const k = "p";\nconst { [k]: { q } } = { p: { q: 1 } };', "q"),
    { edges: ["a.q>b"] },
  ],
  ["let assigned in a loop", passed("let sum = 0;\nfor (const n of [1, 2]) sum += n;", "sum"), {
    edges: ["a.sum>b"],
  }],
  [
    "var in a block statement",
    passed("if (Date.now() > 0) { var found: number | undefined = 1; }", "found"),
    { edges: ["a.found>b"] },
  ],
  ["several declarators", passed("const x = 1, y = x + 1;", "y"), { edges: ["a.y>b"] }],
  ["top-level await", passed("const x = await Promise.resolve(1);", "x"), { edges: ["a.x>b"] }],
  [
    "for await",
    passed("let n = 0;\nfor await (const x of (async function* () { yield 1; })()) n += x;", "n"),
    { edges: ["a.n>b"] },
  ],
  ["object shorthand", passed("const x = 1;", "{ x }"), { edges: ["a.x>b"] }],
  ["a name in a template literal", passed("const x = 1;", "`n: ${x}`"), { edges: ["a.x>b"] }],
  ["a type that is all of a read", [
    "//| loader: a\nconst trips = [1];",
    "//| custom: b\nlet copy: typeof trips = [];\ncopy = [2];\nconsole.log(copy);",
  ], { edges: ["a.trips>b"] }],
  ["a name as default of a parameter", passed("const x = 1;", "((n = x) => n)()"), {
    edges: ["a.x>b"],
  }],
  [
    "a value asserted and satisfied",
    passed("const x = { n: 1 } as const satisfies { n: number };", "x!.n"),
    { edges: ["a.x>b"] },
  ],
  ["a read in a nested function", passed("const x = 1;", "[1].map(() => x)"), { edges: ["a.x>b"] }],
  ["a value of one block in two others", [
    "//| loader: a\nconst x = 1;",
    "//| custom: b\nconsole.log(x);",
    "//| custom: c\nconsole.log(x);",
  ], { edges: ["a.x>b", "a.x>c"] }],
  ["two inputs of two blocks", [
    "//| loader: a\nconst x = 1;",
    "//| loader: b\nconst y = 2;",
    "//| custom: c\nconsole.log(x + y);",
  ], { edges: ["a.x>c", "b.y>c"], has: ["{ x, y }: Output<typeof a> & Output<typeof b>"] }],
  // names that make no edge
  ["a property of another's name", passed("const x = 1;", "({ x: 2 }).x"), { edges: [] }],
  ["a local variable of another's name", passed("const x = 1;", "((x: number) => x)(2)"), {
    edges: [],
  }],
  ["a label of another's name", [
    "//| loader: a\nconst outer = 1;\nconsole.log(outer);",
    "//| custom: b\nouter: for (const n of [1]) { if (n) continue outer; }",
  ], { edges: [] }],
  ["a name that each block defines for itself", [
    "//| loader: a\nconst n = 1;\nconsole.log(n);",
    "//| loader: b\nconst n = 2;\nconsole.log(n);",
  ], { edges: [] }],
  ["a generic parameter of a type's name", [
    "type Row = 1;",
    "//| custom: b\nconst f = <Row,>(row: Row) => row;\nf(1);",
  ], { edges: [], lacks: ["type Row = 1"] }],
  ["globals", [
    '//| custom: b\nconsole.log(globalThis, Deno.args, structuredClone(1), new URL("http://x"), undefined, NaN);',
  ], {}],
  ["typeof of what nobody defines", ["//| custom: b\nconsole.log(typeof elephants);"], {
    typeError: "TS2304",
  }],
  [
    "an unknown name in scratch code",
    ["//| custom: b\nconsole.log(1);", "console.log(elephants);"],
    { scratch: [2] },
  ],
  ["an unknown type", ["//| custom: b\nlet x: Elephant | undefined;"], { typeError: "TS2304" }],
  // syntax
  ["classes with decorators, accessors and private members", [
    "//| custom: b\nconst log = (_v: unknown, _c: unknown) => {};\n@log class A { #n = 1; static s = 2; get n() { return this.#n; } static { A.s = 3; } }\nconsole.log(new A().n);",
  ], {}],
  ["a shared class, by value and as type", [
    "class Trip { constructor(readonly n: number) {} }",
    "//| loader: a\nconst trip: Trip = new Trip(1);",
    "//| custom: b\nconsole.log(trip.n);",
  ], { edges: ["a.trip>b"] }],
  ["an enum", ["enum Kind { A = 1, B }", "//| loader: a\nconst k = Kind.A;\nconsole.log(k);"], {
    has: ["  enum Kind"],
  }],
  ["a const enum", ["//| loader: a\nconst enum Kind { A = 1 }\nconsole.log(Kind.A);"], {}],
  ["using inside its own block", [
    "//| loader: a\nusing x = { [Symbol.dispose]() {} };\nconst n = x ? 1 : 2;",
    "//| custom: b\nconsole.log(n);",
  ], { edges: ["a.n>b"] }],
  ["overloads", [
    "function f(n: string): string;\nfunction f(n: number): number;\nfunction f(n: unknown) { return n; }",
    "//| loader: a\nconsole.log(f(1));",
  ], {}],
  ["generators", ["function* f() { yield* [1]; }", "//| loader: a\nconsole.log([...f()]);"], {}],
  ["functions that call each other", [
    "function even(n: number): boolean { return n === 0 || odd(n - 1); }",
    "function odd(n: number): boolean { return n !== 0 && even(n - 1); }",
    "//| loader: a\nconsole.log(even(4));",
  ], {}],
  ["a function that uses what stands below it", [
    "const f = () => size;",
    "const size = 1;",
    "//| loader: a\nconsole.log(f());",
  ], {}],
  ["an object of functions that use what stands below", [
    "const o = { f: () => size, g() { return size; } };",
    "const size = 1;",
    "//| loader: a\nconsole.log(o.f() + o.g());",
  ], {}],
  ["a recursive function", [
    "//| loader: a\nconst f = (n: number): number => n === 0 ? 0 : f(n - 1);\nconsole.log(f(2));",
  ], {}],
  ["a timer that clears itself", [
    "//| loader: a\nconst timer = setTimeout(() => clearTimeout(timer), 0);",
  ], {}],
  ["shared state in one cell", [
    "let count = 0;\nfunction next() { return ++count; }",
    "//| loader: a\nconsole.log(next());",
  ], {}],
  ["an assignment to a global", ["//| loader: a\nglobalThis.onerror = null;"], {}],
  ["a cell that is one string", ['"use me"', "//| loader: a\nconst n = 1;\nconsole.log(n);"], {
    scratch: [1],
  }],
  ["an arrow returning an object", [
    "//| loader: a\nconst f = () => ({ a: 1 });\nconsole.log(f());",
  ], {}],
  ["a regular expression and a division", [
    "//| loader: a\nconst n = 4 / 2 / 1;\nconst r = /\\/[`'\"]/g;\nconsole.log(n, r);",
  ], {}],
  ["comments alone", ["// nothing\n/* here */", "//| loader: a\nconst n = 1;\nconsole.log(n);"], {
    scratch: [],
  }],
  ["an empty block", ["//| custom: nothing"], { has: ["async function nothing() {"] }],
  ["Windows line ends", ["//| loader: a\r\nconst x = 1;\r\n", "//| custom: b\r\nconsole.log(x);"], {
    edges: ["a.x>b"],
  }],
  // imports
  ["an import makes no edge", [
    '//| loader: a\nimport { join } from "node:path";\nconsole.log(join("a"));',
    '//| custom: b\nconsole.log(join("b"));',
  ], { edges: [], has: ['import { join } from "node:path";'] }],
  ["one import in two cells", [
    'import { join } from "node:path";\nconst a = join("a");',
    'import { join } from "node:path";',
    "//| loader: l\nconsole.log(join(a));",
  ], {}],
  ["type-only imports", [
    'import type { Table } from "sluice";\nimport { type UnknownRow } from "sluice";',
    "//| loader: a\nlet t: Table<UnknownRow> | undefined;",
  ], {
    has: ['import type { Table } from "sluice";', 'import { type UnknownRow } from "sluice";'],
  }],
  ["namespace and default imports", [
    'import path, * as all from "node:path";',
    "//| loader: a\nconsole.log(all.sep);",
  ], { has: ['import * as all from "node:path";'] }],
  ["imports that only scratch uses", [
    'import { plot } from "npm:plot";',
    'import { join } from "node:path";',
    "//| loader: a\nconsole.log(join());",
    "plot(1);",
  ], { lacks: ["npm:plot"], scratch: [1, 4] }],
  ["an import for its effect", [
    'import "../setup.ts";',
    "//| loader: a\nconst n = 1;\nconsole.log(n);",
  ], { has: ['import "../../setup.ts";'] }],
  ["relative imports, static, dynamic and of types", [
    '//| loader: a\nimport { x } from "../blocks/x.ts";\nconst y = await import("./y.ts");\nlet t: import("./t.ts").T | undefined;\nconsole.log(x, y);',
  ], {
    has: [
      'from "../../blocks/x.ts"',
      'import("../../notebooks/y.ts")',
      'import("../../notebooks/t.ts").T',
    ],
  }],
  ["an import with attributes", [
    '//| loader: a\nimport data from "./d.json" with { type: "json" };\nconsole.log(data);',
  ], { has: ['import data from "../../notebooks/d.json" with { type: "json" };'] }],
  // shared and scratch
  ["shared code that nothing reaches", [
    "const size = 1;",
    "//| loader: a\nconst n = 1;\nconsole.log(n);",
  ], { scratch: [1], lacks: ["size"] }],
  ["shared code through shared code", [
    "const a = 1;",
    "const b = a;",
    "//| loader: l\nconsole.log(b);",
  ], { scratch: [], has: ["const a = 1;", "const b = a;"] }],
  ["a statement of a shared cell that peeks at a block", [
    "//| loader: a\nconst trips = [1];",
    "const size = 1;\nconsole.log(trips);\nconst more = trips.length;\nconsole.log(more);",
    "//| custom: b\nconsole.log(size, trips);",
  ], { lacks: ["more", "console.log(trips);\n  const"], has: ["const size = 1;"] }],
  ["a statement of a shared cell for its effect", [
    'const size = 1;\nconsole.log("ready");',
    "//| custom: b\nconsole.log(size);",
  ], { has: ['console.log("ready");'] }],
  ["a plot of a block's value", [
    "//| loader: a\nconst trips = [1];\nconsole.log(trips);",
    "console.log(trips.length);",
  ], { scratch: [2] }],
  ["a type of a block in another", [
    "//| loader: a\n/** A trip. */\ninterface Trip { n: Count }\ntype Count = number;\nconst trips: Trip[] = [];",
    "//| custom: b\nconst one: Trip | undefined = trips[0];\nconsole.log(one);",
  ], {
    edges: ["a.trips>b"],
    has: ["  /** A trip. */\n  interface Trip { n: Count }", "  type Count = number;"],
  }],
  ["a block's own type of its own value", [
    "//| loader: a\nconst trips = [1];\ntype Trips = typeof trips;\nconst copy: Trips = trips;\nconsole.log(copy);",
  ], {}],
  ["export", [
    "export const size = 1;\nexport { size as big };\nexport default size;",
    "//| custom: b\nexport const n = size;\nconsole.log(n);",
  ], { lacks: ["export const size", "export const n", "export {"] }],
  ["declare", [
    '//| custom: b\ndeclare const injected: number;\nconst n = typeof injected === "number" ? 1 : 2;\nconsole.log(n);',
  ], {}],
  [
    "a type and a directive that nobody reads",
    passed('"use strict";\ntype Never = 1;\nconst x = 1;', "x"),
    {
      edges: ["a.x>b"],
      lacks: ["Never", "use strict"],
    },
  ],
  ["a notebook without blocks", ["const n = 1;"], { scratch: [1], has: ["  return {};"] }],
  // parameters
  ["parameters of all kinds", [
    parametersOf(
      'const a = 1, b = "x";\nlet c: string[] = [];\n// the date\nconst d = null as Date | null;\nconst e = (1 + 2) * 2;',
    ),
    "//| loader: l\nconsole.log(a, b, c, d, e);",
  ], {
    has: [
      'const a = given("a", 1), b = given("b", "x");',
      'let c: string[] = given<string[]>("c", []);',
      'given<Date | null>("d", null as Date | null)',
      'const e = given("e", (1 + 2) * 2);',
    ],
  }],
  ["a parameter made by shared code", [
    "const today = () => 1;",
    parametersOf("const day = today();"),
    "//| loader: l\nconsole.log(day);",
  ], { scratch: [] }],
  ["a type among parameters", [
    parametersOf("type Mode = 'full' | 'quick';\nconst mode: Mode = 'full';"),
    "//| loader: l\nconsole.log(mode);",
  ], {}],
  // names of the compiler's own
  ["names that the compiler uses itself", [
    "const given = 1, blocks = 2, pipeline = 3;\nclass Output {}\ntype Given = 1;",
    parametersOf("const p = 1;"),
    "//| loader: a\nconst g: Given = 1;\nconst x = [given, blocks, pipeline, new Output(), g, p];",
    "//| custom: b\nconsole.log(x);",
  ], { has: ["given_: Given_", "export { blocks_ as blocks };"] }],
  // text
  ["template literals keep their inner lines", [
    "//| loader: a\nconst text = `one\n  two\n\n\n${1}\n`;\nconsole.log(text);",
  ], { has: ["const text = `one\n  two\n\n\n${1}\n`;"] }],
  ["a continued string", ['//| loader: a\nconst text = "one\\\n  two";\nconsole.log(text);'], {
    has: ['"one\\\n  two"'],
  }],
  ["a missing semicolon before a bracket", [
    "const a = 1",
    "const b = [2]\nconst c = b",
    "//| loader: l\nconsole.log(a, b, c)",
  ], { has: ["const a = 1;", "const c = b;"] }],
  ["line separators inside strings", [
    '//| loader: a\nconst text = "a\u2028b";\nconst n = text;',
    "//| custom: b\nconsole.log(n);",
  ], { edges: ["a.n>b"] }],
];
