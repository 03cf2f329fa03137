/** `resume <run>`: goes on with a run that did not complete, under the same id, from what had completed. @module */
import type { Declare } from "./commands.ts";
import { compileAt } from "./compile_pipeline.ts";
import { UsageError } from "./exit_code.ts";
import { findRun, openHistory } from "./history.ts";
import { variableOption } from "./options.ts";
import { showRun } from "./show_run.ts";

/** Declares `resume`. */
export const declare: Declare = (command) => {
  command.argument("<run>", "its id, or how it begins or ends")
    .option(
      "--var <name=value>",
      "changes a parameter's value; may be repeated",
      variableOption,
      {},
    )
    .option("--json", "print one JSON object and nothing else");
  return async (place, parsed) => {
    const { var: variables = {}, json } = parsed.opts<
      { var?: Record<string, string>; json?: boolean }
    >();
    const store = await openHistory(place);
    if (!store) throw new UsageError("Cannot resume: nothing has run in this project yet");
    try {
      const run = await findRun(parsed.processedArgs[0], store);
      if (run.status === "completed") {
        throw new UsageError(
          `Cannot resume ${run.id}: it completed; start anew with deno task run ${run.pipeline}`,
        );
      }
      const compiled = await compileAt(run.notebook, place);
      const { superviseRun } = await import("../run/supervise_run.ts");
      const request = {
        compiled,
        projectFolder: place.project,
        resume: run.id,
        variables,
      };
      return await showRun((watching) => superviseRun(request, { store, ...watching }), {
        notebook: run.notebook,
        isJson: json === true,
      });
    } finally {
      store.close();
    }
  };
};
