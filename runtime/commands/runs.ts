/** `runs [pipeline]`: the latest runs, of one pipeline or of all. @module */
import { calledAs } from "../context/executable.ts";
import type { RunRow } from "../run/run_store.ts";
import { shownRunStatus } from "../run/shown_status.ts";
import type { Declare } from "./commands.ts";
import { EXIT, UsageError } from "./exit_code.ts";
import { pipelineName } from "../notebook/project_notebooks.ts";
import { notebooksOf } from "./find_pipeline.ts";
import { withHistory } from "./history.ts";
import { suggestion } from "./meant.ts";
import type { Place } from "./place.ts";
import { countOption } from "./options.ts";
import { formatDuration, formatExecutionDate, formatMoment } from "./render/format.ts";
import { type Paint, paintFor, signOf } from "./render/style.ts";
import { textTable } from "./render/text_table.ts";

/** Declares `runs`. */
export const declare: Declare = (command) => {
  command.argument("[pipeline]", "only the runs of this pipeline")
    .option("-n, --limit <count>", "how many, the latest first", {
      read: countOption,
      fallback: 20,
    })
    .option("--json", "print a JSON array instead of a table");
  return async (place, parsed) => {
    const [pipeline] = parsed.args<[string | undefined]>();
    const { limit, json } = parsed.opts<{ limit: number; json?: boolean }>();
    const name = pipeline && pipelineName(pipeline);
    const runs = await withHistory(
      place,
      (store) => store.listRuns({ limit, ...(name ? { pipeline: name } : {}) }),
    ) ?? [];
    if (json) {
      console.log(JSON.stringify(runs.map(jsonOf)));
    } else if (runs.length > 0) {
      tableOf(runs, paintFor(Deno.stdout)).forEach((line) => console.log(line));
    } else {
      await refuseUnknown(name, place);
      console.log(name ? `No runs of ${name} yet` : `No runs yet: ${calledAs("run")} <pipeline>`);
    }
    return EXIT.completed;
  };
};

function tableOf(runs: readonly RunRow[], paint: Paint): string[] {
  return textTable(
    [
      { heading: "RUN" },
      { heading: "PIPELINE" },
      { heading: "STATUS" },
      { heading: "STARTED (UTC)" },
      { heading: "TOOK", align: "right" },
      { heading: "EXECUTION DATE" },
    ],
    runs.map((run) => [
      run.id,
      run.block === null ? run.pipeline : `${run.pipeline} · ${run.block}`,
      statusText(shownRunStatus(run), paint),
      run.startedAt === null ? "" : formatMoment(run.startedAt),
      run.ms === null ? "" : formatDuration(run.ms),
      formatExecutionDate(run.executionDate),
    ]),
    { paint },
  );
}

function statusText(status: string, paint: Paint): string {
  const { sign, tone } = signOf(status);
  return paint(tone, `${sign} ${status}`);
}

/** A run as `--json` prints it. */
export function jsonOf(run: RunRow): Record<string, unknown> {
  const { id, pipeline, status, createdAt, startedAt, ms, executionDate, block, profile, error } =
    run;
  return {
    run: id,
    pipeline,
    status,
    createdAt: new Date(createdAt).toISOString(),
    startedAt: startedAt === null ? null : new Date(startedAt).toISOString(),
    ms,
    executionDate,
    block,
    profile,
    ...(error === null ? {} : { error }),
  };
}

/** A pipeline without runs may be a mistyped one. */
async function refuseUnknown(name: string | undefined, place: Place): Promise<void> {
  if (name === undefined) return;
  const names = notebooksOf(place).map(pipelineName);
  if (names.includes(name)) return;
  throw new UsageError(
    `Cannot find runs of ${name}${await suggestion(name, names, "pipelines in notebooks/")}`,
  );
}
