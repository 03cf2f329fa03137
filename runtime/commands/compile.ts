/** `compile [pipeline…]`: one executable of the server, the command line and the pipelines. @module */
import { resolve } from "../context/paths.ts";
import type { Declare } from "./commands.ts";
import { EXIT, UsageError } from "./exit_code.ts";
import { findPipeline, notebooksOf } from "./find_pipeline.ts";
import { shownPath } from "./place.ts";
import { counted, formatBytes } from "./render/format.ts";

/** Declares `compile`. */
export const declare: Declare = (command) => {
  command.argument("[pipelines...]", "names in notebooks/, or paths to an .ipynb; all unless given")
    .option("-o, --output <path>", "where the executable is to lie", {
      fallback: "pipelines",
    })
    .note("Deno fetches its runtime for executables, denort, or takes it from DENORT_BIN.");
  return async (place, parsed) => {
    const [names] = parsed.args<[readonly string[]]>();
    const options = parsed.opts<{ readonly output: string }>();
    const found = names.length === 0
      ? notebooksOf(place)
      : await Promise.all(names.map((name) => findPipeline(name, place)));
    const notebooks = [...new Set(found)].sort();
    if (notebooks.length === 0) {
      throw new UsageError(
        "Cannot make an executable without a pipeline: notebooks/ holds none; " +
          "make one with deno task new <pipeline>",
      );
    }
    const { makeExecutable } = await import("../binary/make_executable.ts");
    const { path, bytes } = await makeExecutable(notebooks, {
      project: place.project,
      output: resolve(place.folder, options.output),
    });
    const shown = shownPath(path, place);
    const what = `${counted(notebooks.length, "pipeline")}, ${formatBytes(bytes)}`;
    const called = /^[./]/.test(shown) ? shown : `./${shown}`;
    console.log(`Made ${shown}: ${what}; start it with:\n  ${called} --help`);
    return EXIT.completed;
  };
};
