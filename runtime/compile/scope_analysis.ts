/** Loads the scope analysis of `@typescript-eslint/scope-manager` without its tables of the names that TypeScript's
 *  libraries define: a hundred modules, more than half of the time that it takes to load, and no cell is
 *  analysed with any of them. @module */
import { createRequire } from "node:module";

const { cache, resolve } = createRequire(import.meta.resolve("@typescript-eslint/scope-manager"));
const tables = resolve("./lib");
// What is in the cache is not loaded: the analysis finds a map of tables, and none in it.
cache[tables] ??= Object.assign(Object.create(null), {
  id: tables,
  filename: tables,
  loaded: true,
  exports: { lib: new Map() },
});

/** The scopes of a syntax tree, which must be asked for with `lib: []`.
 *
 * @example
 * ```ts
 * import { parse } from "@babel/parser";
 * import { analyze } from "./scope_analysis.ts";
 * const { program } = parse("const n = 1;", { plugins: ["estree", "typescript"] });
 * console.log(analyze(program as never, { lib: [] }).variables.map(({ name }) => name));
 * ``` */
export const { analyze } = await import("@typescript-eslint/scope-manager");
