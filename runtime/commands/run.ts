/** `run <pipeline>`: compiles the notebook and runs it, in a process of its own. @module */
import type { Keep } from "../run/run_store.ts";
import { variablesFor } from "../trigger/variables_for.ts";
import { oneOf } from "./arguments/command.ts";
import type { Declare } from "./commands.ts";
import { compilePipeline } from "./compile_pipeline.ts";
import { UsageError } from "./exit_code.ts";
import { variableOption } from "./options.ts";
import { projectSettings } from "./project_settings.ts";
import { showRun } from "./show_run.ts";

interface RunOptions {
  readonly var?: Readonly<Record<string, string>>;
  readonly profile?: string;
  readonly executionDate?: string;
  readonly block?: string;
  readonly upstream?: boolean;
  readonly keep: Keep;
  readonly json?: boolean;
}

/** Declares `run`. */
export const declare: Declare = (command) => {
  command.argument("<pipeline>", "a name in notebooks/, or a path to an .ipynb")
    .option("--var <name=value>", "a parameter's value; may be repeated", { read: variableOption })
    .option("-p, --profile <name>", "the profile of io_config.yaml that connections use")
    .option(
      "--execution-date <date>",
      "the instant the run stands for: 2024-03-01, 2024-03-01T06:00…",
    )
    .option("-b, --block <name>", "this block alone, on inputs that earlier runs kept")
    .option("--upstream", "with --block: all blocks above it too")
    .option(
      "--keep <which>",
      "the block outputs to keep once the run has ended",
      { read: oneOf(["all", "failed", "none"]), fallback: "all" },
    )
    .option("--json", "print one JSON object and nothing else");
  return async (place, parsed) => {
    const options = parsed.opts<RunOptions>();
    if (options.upstream && options.block === undefined) {
      throw new UsageError("Cannot use --upstream alone: name the block with --block");
    }
    const [pipeline] = parsed.args<[string]>();
    const compiled = await compilePipeline(pipeline, place);
    const { variables, keptOutputs } = await projectSettings(place);
    const parameters = compiled.pipeline.parameters.map(({ name }) => name);
    const { startedProcesses } = await import("../run/process_source.ts");
    using processes = startedProcesses({
      compiled,
      projectFolder: place.project,
      isUnderServer: false,
    });
    const { superviseRun } = await import("../run/supervise_run.ts");
    const { openRunStore } = await import("../store/open_run_store.ts");
    const store = openRunStore(place.project);
    try {
      const request = {
        compiled,
        projectFolder: place.project,
        variables: { ...variablesFor(parameters, variables), ...options.var },
        profile: options.profile,
        executionDate: options.executionDate,
        block: options.block,
        upstream: options.upstream,
        keep: options.keep,
        keptOutputs,
      };
      return await showRun((watching) => superviseRun(request, { store, processes, ...watching }), {
        notebook: compiled.pipeline.notebook,
        isJson: options.json === true,
      });
    } finally {
      store.close();
    }
  };
};
