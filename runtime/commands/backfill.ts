/** `backfill <pipeline>`: one run for each date of a span. @module */
import { Option } from "commander";
import { relative } from "node:path";
import { pipelineName } from "../notebook/project_notebooks.ts";
import type { BackfillRequest } from "../trigger/backfill.ts";
import { BACKFILL_UNITS, type BackfillUnit, planBackfill } from "../trigger/backfill_dates.ts";
import { withCancelSignals } from "./cancel_signal.ts";
import type { Declare } from "./commands.ts";
import { EXIT, type ExitCode } from "./exit_code.ts";
import { findPipeline } from "./find_pipeline.ts";
import { countOption, variableOption } from "./options.ts";
import { withOwnDispatcher } from "./own_dispatcher.ts";
import type { Place } from "./place.ts";
import { counted, formatExecutionDate } from "./render/format.ts";
import { jsonOf } from "./runs.ts";
import { exitCodeOfRuns, watchRuns } from "./watch_runs.ts";

interface BackfillOptions {
  readonly name?: string;
  readonly start: string;
  readonly end: string;
  readonly interval: number;
  readonly unit: BackfillUnit;
  readonly zone: string;
  readonly var?: Readonly<Record<string, string>>;
  readonly profile?: string;
  readonly atOnce: number;
  readonly preview?: boolean;
  readonly json?: boolean;
}

/** Declares `backfill`. */
export const declare: Declare = (command) => {
  command.argument("<pipeline>", "a name in notebooks/, or a path to an .ipynb")
    .requiredOption("--start <date>", "the first execution date: 2024-01-12, 2024-01-12T06:00…")
    .requiredOption("--end <date>", "no execution date is after it; it may be one itself")
    .option("--name <text>", "what to call it in lists")
    .option("--interval <count>", "so many units lie between two dates", countOption, 1)
    .addOption(new Option("--unit <unit>").choices(BACKFILL_UNITS).default("day"))
    .option("--zone <name>", "the time zone of the dates, such as Europe/Berlin", "UTC")
    .option("--var <name=value>", "a parameter's value; may be repeated", variableOption)
    .option("-p, --profile <name>", "the profile of io_config.yaml that connections use")
    .option("--at-once <count>", "the most runs that go on together", countOption, 4)
    .option("--preview", "print the execution dates and run nothing")
    .option("--json", "print one JSON object and nothing else");
  return async (place, parsed) => {
    const options = parsed.opts<BackfillOptions>();
    const isJson = options.json === true;
    const request = await requestFrom(parsed.processedArgs[0], options, place);
    const dates = planBackfill(request).map(({ executionDate }) => executionDate);
    if (!options.preview) return await run(request, { place, isJson });
    if (isJson) console.log(JSON.stringify({ pipeline: request.pipeline, dates }));
    else for (const date of dates) console.log(formatExecutionDate(date));
    return EXIT.completed;
  };
};

async function requestFrom(
  named: string,
  { name, start, end, interval, unit, zone, profile, atOnce, var: variables }: BackfillOptions,
  place: Place,
): Promise<BackfillRequest> {
  const notebook = await findPipeline(named, place);
  // A notebook elsewhere is known by its path, counted from the project as triggers.yaml counts.
  const pipeline = named === pipelineName(notebook) ? named : relative(place.project, notebook);
  return { name, pipeline, start, end, interval, unit, zone, profile, atOnce, variables };
}

async function run(
  request: BackfillRequest,
  { place, isJson }: { readonly place: Place; readonly isJson: boolean },
): Promise<ExitCode> {
  const { cancelBackfill, startBackfill } = await import("../trigger/backfill.ts");
  return await withOwnDispatcher(place, (own) =>
    withCancelSignals(async ({ signal }) => {
      const id = await startBackfill(request, own);
      const cancel = () => void cancelBackfill(id, own).catch(() => {}); // It has just ended.
      if (signal.aborted) cancel();
      signal.addEventListener("abort", cancel, { once: true });
      const runs = (await own.store.listBackfillDates(id)).map((date) => date.run ?? "");
      const ended = await watchRuns(runs, { store: own.store, isSilent: isJson });
      const backfill = await own.store.findBackfill(id);
      if (isJson) {
        const { pipeline, status } = backfill ?? request as { pipeline: string; status?: string };
        console.log(JSON.stringify({ backfill: id, pipeline, status, runs: ended.map(jsonOf) }));
      } else console.log(`Backfill ${id}: ${counted(ended.length, "run")}, ${countsOf(ended)}`);
      return exitCodeOfRuns(ended);
    }));
}

/** `7 completed, 1 failed`. */
function countsOf(runs: readonly { readonly status: string }[]): string {
  return [...Map.groupBy(runs, ({ status }) => status)]
    .map(([status, of]) => `${of.length} ${status}`).join(", ");
}
