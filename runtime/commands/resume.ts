/** `resume <run>`: goes on with a run that did not complete, under the same id, from what had completed. @module */
import { calledAs } from "../context/executable.ts";
import type { Declare } from "./commands.ts";
import { compileAt } from "./compile_pipeline.ts";
import { serverOf } from "./ask_server.ts";
import { type ExitCode, UsageError } from "./exit_code.ts";
import { followRun } from "./follow_runs.ts";
import { findRun, openHistory } from "./history.ts";
import { variableOption } from "./options.ts";
import type { Place } from "./place.ts";
import { projectSettings } from "./project_settings.ts";
import type { RunningServer } from "../serve/server_file.ts";
import { showRun } from "./show_run.ts";

type Variables = Readonly<Record<string, string>>;

/** Declares `resume`. */
export const declare: Declare = (command) => {
  command.argument("<run>", "its id, or how it begins or ends")
    .option(
      "--var <name=value>",
      "changes a parameter's value; may be repeated",
      { read: variableOption },
    )
    .option("--json", "print one JSON object and nothing else");
  return async (place, parsed) => {
    const [named] = parsed.args<[string]>();
    const { var: variables = {}, json } = parsed.opts<{ var?: Variables; json?: boolean }>();
    const store = await openHistory(place);
    if (!store) throw new UsageError("Cannot resume: nothing has run in this project yet");
    try {
      const run = await findRun(named, store);
      if (run.status === "completed") {
        throw new UsageError(
          `Cannot resume ${run.id}: it completed; start anew with ${
            calledAs("run")
          } ${run.pipeline}`,
        );
      }
      const server = run.isDispatched ? await serverOf(place) : undefined;
      if (server) return await resumeAt(server, run.id, { place, variables, json });
      const compiled = await compileAt(run.notebook, place);
      const { keptOutputs } = await projectSettings(place);
      const { superviseRun } = await import("../run/supervise_run.ts");
      const request = {
        compiled,
        projectFolder: place.project,
        resume: run.id,
        variables,
        keptOutputs,
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

/** What the server executed, with the permissions that it gives, it goes on with. */
async function resumeAt(
  server: RunningServer,
  run: string,
  { place, variables, json }: {
    readonly place: Place;
    readonly variables: Variables;
    readonly json: boolean | undefined;
  },
): Promise<ExitCode> {
  const { withServerRuns } = await import("./server_runs.ts");
  return await withServerRuns(place, server, (runPlace) => {
    const ask = async () => {
      await runPlace.resume(run, variables);
      return run;
    };
    return followRun(ask, { wait: true, ...(json ? { json } : {}) }, { place, runPlace });
  });
}
