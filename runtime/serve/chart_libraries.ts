/** The libraries that draw Vega-Lite in the browser, as their packages bring them. @module */
import { fileURLToPath } from "node:url";
import { Problem } from "./problem.ts";

/** File under `/assets` → where it is: beside the module that its package gives. */
export const CHART_LIBRARIES: Readonly<Record<string, { module: string; file: string }>> = {
  "vega.js": { module: import.meta.resolve("vega"), file: "./vega.min.js" },
  "vega-lite.js": { module: import.meta.resolve("vega-lite"), file: "./vega-lite.min.js" },
  "vega-interpreter.js": {
    module: import.meta.resolve("vega-interpreter"),
    file: "./vega-interpreter.js",
  },
};

/** The text of one of them.
 *
 * @throws {Problem} 404 where it is not installed. */
export async function chartLibrary(name: string): Promise<string> {
  const { module = "", file = "" } = CHART_LIBRARIES[name] ?? {};
  try {
    const text = await Deno.readTextFile(fileURLToPath(new URL(file, module)));
    return text.replace(/^import (\{[^}]*\}) from 'vega-util';$/m, "const $1 = globalThis.vega;");
  } catch (cause) {
    throw new Problem(404, `Cannot find ${name}: run deno install`, { cause });
  }
}
