/** `run <pipeline>`: compiles the notebook and runs it, in a process of its own. @module */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Option } from "commander";
import type { Pipeline } from "../compile/pipeline.ts";
import type { Keep } from "../run/run_store.ts";
import type { Declare } from "./commands.ts";
import { compilePipeline } from "./compile_pipeline.ts";
import { UsageError } from "./exit_code.ts";
import { variableOption } from "./options.ts";
import type { Place } from "./place.ts";
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
    .option("--var <name=value>", "a parameter's value; may be repeated", variableOption)
    .option("-p, --profile <name>", "the profile of io_config.yaml that connections use")
    .option(
      "--execution-date <date>",
      "the instant the run stands for: 2024-03-01, 2024-03-01T06:00…",
    )
    .option("-b, --block <name>", "this block alone, on inputs that earlier runs kept")
    .option("--upstream", "with --block: all blocks above it too")
    .addOption(
      new Option("--keep <which>", "the block outputs to keep once the run has ended")
        .choices(["all", "failed", "none"]).default("all"),
    )
    .option("--json", "print one JSON object and nothing else");
  return async (place, parsed) => {
    const options = parsed.opts<RunOptions>();
    if (options.upstream && options.block === undefined) {
      throw new UsageError("Cannot use --upstream alone: name the block with --block");
    }
    const compiled = await compilePipeline(parsed.processedArgs[0], place);
    const projectVariables = await projectVariablesOf(compiled.pipeline, place);
    const { superviseRun } = await import("../run/supervise_run.ts");
    const { openStore } = await import("../store/open_store.ts");
    const store = openStore(place.project);
    try {
      const request = {
        compiled,
        projectFolder: place.project,
        variables: { ...projectVariables, ...options.var },
        profile: options.profile,
        executionDate: options.executionDate,
        block: options.block,
        upstream: options.upstream,
        keep: options.keep,
      };
      return await showRun((watching) => superviseRun(request, { store, ...watching }), {
        notebook: compiled.pipeline.notebook,
        isJson: options.json === true,
      });
    } finally {
      store.close();
    }
  };
};

/** Those of sluice.yaml; what reads it is loaded only where there is one. */
async function projectVariablesOf(
  { parameters }: Pipeline,
  place: Place,
): Promise<Readonly<Record<string, string>>> {
  if (!existsSync(join(place.project, "sluice.yaml"))) return {};
  const { loadSettings } = await import("../trigger/settings.ts");
  const { variables, problems } = await loadSettings(place.project);
  if (problems[0]) throw new UsageError(problems[0].text);
  const { variablesFor } = await import("../trigger/project_variables.ts");
  return variablesFor(parameters.map(({ name }) => name), variables);
}
