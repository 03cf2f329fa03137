/** `backfill <pipeline>`: one run for each date of a span. @module */
import { relative } from "../context/paths.ts";
import { pipelineName } from "../notebook/project_notebooks.ts";
import type { BackfillRequest } from "../trigger/backfill.ts";
import { BACKFILL_UNITS, type BackfillUnit, planBackfill } from "../trigger/backfill_dates.ts";
import { oneOf } from "./arguments/command.ts";
import type { Declare } from "./commands.ts";
import { EXIT } from "./exit_code.ts";
import { findPipeline } from "./find_pipeline.ts";
import { followBackfill } from "./follow_backfill.ts";
import type { OneRunOptions } from "./follow_runs.ts";
import { countOption, variableOption } from "./options.ts";
import type { Place } from "./place.ts";
import { formatExecutionDate } from "./render/format.ts";
import { withRunPlace } from "./run_place.ts";

interface BackfillOptions extends OneRunOptions {
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
}

/** Declares `backfill`. */
export const declare: Declare = (command) => {
  command.argument("<pipeline>", "a name in notebooks/, or a path to an .ipynb")
    .requiredOption("--start <date>", "the first execution date: 2024-01-12, 2024-01-12T06:00…")
    .requiredOption("--end <date>", "no execution date is after it; it may be one itself")
    .option("--name <text>", "what to call it in lists")
    .option("--interval <count>", "so many units lie between two dates", {
      read: countOption,
      fallback: 1,
    })
    .option("--unit <unit>", "", { read: oneOf(BACKFILL_UNITS), fallback: "day" })
    .option("--zone <name>", "the time zone of the dates, such as Europe/Berlin", {
      fallback: "UTC",
    })
    .option("--var <name=value>", "a parameter's value; may be repeated", { read: variableOption })
    .option("-p, --profile <name>", "the profile of io_config.yaml that connections use")
    .option("--at-once <count>", "the most runs that go on together", {
      read: countOption,
      fallback: 4,
    })
    .option("--preview", "print the execution dates and run nothing")
    .option("--no-wait", "end once the server has accepted the runs")
    .option("--json", "print one JSON object and nothing else");
  return async (place, parsed) => {
    const [pipeline] = parsed.args<[string]>();
    const options = parsed.opts<BackfillOptions>();
    const request = await requestFrom(pipeline, options, place);
    const dates = planBackfill(request).map(({ executionDate }) => executionDate);
    if (!options.preview) {
      return await withRunPlace(place, (runPlace) => {
        const ask = () => runPlace.startBackfill(request);
        return followBackfill(ask, options, { place, runPlace });
      }, options);
    }
    if (options.json) console.log(JSON.stringify({ pipeline: request.pipeline, dates }));
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
