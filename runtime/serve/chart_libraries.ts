/** The libraries that draw Vega-Lite in the browser, as their packages bring them. @module */
import { fileURLToPath } from "node:url";
import { Problem } from "./problem.ts";

interface Library {
  /** What the package gives to `import`: beside it lies `file`. */
  readonly module: () => string;
  readonly file: string;
  /** Never called: an executable embeds the packages that its modules name. */
  readonly named: () => Promise<unknown>;
}

/** By the name under which the page asks for them. */
export const CHART_LIBRARIES: Readonly<Record<string, Library>> = {
  "vega.js": {
    module: () => import.meta.resolve("vega"),
    file: "./vega.min.js",
    named: () => import("vega"),
  },
  "vega-lite.js": {
    module: () => import.meta.resolve("vega-lite"),
    file: "./vega-lite.min.js",
    named: () => import("vega-lite"),
  },
  "vega-interpreter.js": {
    module: () => import.meta.resolve("vega-interpreter"),
    file: "./vega-interpreter.js",
    named: () => import("vega-interpreter"),
  },
};

/** The text of one of them; the interpreter takes what it imports from the first.
 *
 * @throws {Problem} 404 where it is not installed. */
export async function chartLibrary({ module, file }: Library): Promise<string> {
  try {
    const text = await Deno.readTextFile(fileURLToPath(new URL(file, module())));
    return text.replace(/^import (\{[^}]*\}) from 'vega-util';$/m, "const $1 = globalThis.vega;");
  } catch (cause) {
    throw new Problem(404, `Cannot find the library ${file}: run deno install`, { cause });
  }
}
