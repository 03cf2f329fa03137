import assert from "node:assert/strict";
import { mayKeepState } from "../../runtime/compile/module_state.ts";

const REMEMBERS_NOTHING: readonly string[] = [
  "",
  "// only a comment\n/* let x = 1; */",
  'import { rows } from "sluice";\nexport * from "./other.ts";\nexport type { A } from "./a.ts";',
  "export const DAY_MS = 24 * 60 * 60 * 1000;",
  'export const TYPES = {\n  a: "int16",\n  b: "decimal(10,2)",\n} as const;',
  "export function add(a: number, b: number): number {\n  let sum = a;\n  sum += b;\n  return sum;\n}",
  "export async function load(\n  path: string,\n): Promise<{ n: number }> {\n  return { n: new Map().size };\n}",
  "const double = (n: number) => n * 2;",
  "const later = async (n: number): Promise<number> => {\n  return await wait(n);\n};",
  "interface Trip {\n  readonly n: number;\n}",
  "export class Trip {\n  readonly n = new Map();\n}",
  "const half =\n  1 / 2;",
  'const names = ["a", "b"];',
  "const text = `two\n(lines)`;",
];

const MAY_REMEMBER: readonly string[] = [
  "let count = 0;",
  "export let last: Date | undefined;",
  "var x;",
  "const seen = new Set<string>();",
  "const cache = {};",
  "const all: string[] = [];",
  "const state = {\n  seen: new Map(),\n};",
  "const next = (() => {\n  let n = 0;\n  return () => n++;\n})();",
  "const next = (function () { let n = 0; return () => n++; })();",
  "export const client = connect();",
  "class Counter {\n  static n = 0;\n}",
  "globalThis.seen = 1;",
  "count();",
  "const { a } = load;",
  "const a = 1; let b = 2;",
  "  let indented = 0;",
  "const a = 1;\n  let indented = 0;",
  "await import('./x.ts');",
  "import('./x.ts');",
  "export default { n: 0 };",
  "for (const x of xs) {\n  x.y = 1;\n}",
  "const broken = {",
  "const text = `${count()}`;",
];

Deno.test("mayKeepState() knows modules that remember nothing", () => {
  for (const text of REMEMBERS_NOTHING) assert.equal(mayKeepState(text), false, text);
});

Deno.test("mayKeepState() takes all others to remember something", () => {
  for (const text of MAY_REMEMBER) assert.equal(mayKeepState(text), true, text);
});

Deno.test("mayKeepState() knows the modules of blocks/", async () => {
  const folder = new URL("../../blocks/", import.meta.url);
  for (const name of ["taxi.ts", "titanic.ts"]) {
    assert.equal(mayKeepState(await Deno.readTextFile(new URL(name, folder))), false, name);
  }
});
