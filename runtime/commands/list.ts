/** `list`: the project's pipelines, what they are for, and how they last ended. @module */
import type { RunRow } from "../run/run_store.ts";
import type { Declare } from "./commands.ts";
import { compileAt } from "./compile_pipeline.ts";
import { EXIT } from "./exit_code.ts";
import { pipelineName } from "../notebook/project_notebooks.ts";
import { notebooksOf } from "./find_pipeline.ts";
import { withHistory } from "./history.ts";
import { type Place, shownPath } from "./place.ts";
import { formatMoment } from "./render/format.ts";
import { type Paint, paintFor, signOf } from "./render/style.ts";
import { textTable } from "./render/text_table.ts";

/** One pipeline as `list` shows it; `error` where its notebook does not compile. */
interface Listed {
  readonly pipeline: string;
  readonly notebook: string;
  readonly description: string | null;
  readonly blocks: number | null;
  readonly lastRun: Pick<RunRow, "id" | "status" | "startedAt"> | null;
  readonly error?: string;
}

/** Declares `list`. */
export const declare: Declare = (command) => {
  command.option("--json", "print a JSON array instead of a table");
  return async (place, parsed) => {
    const pipelines = await listPipelines(place);
    if (parsed.opts<{ json?: boolean }>().json) console.log(JSON.stringify(pipelines));
    else if (pipelines.length === 0) {
      console.log("No pipelines in notebooks/ yet: deno task new <pipeline>");
    } else tableOf(pipelines, paintFor(Deno.stdout)).forEach((line) => console.log(line));
    return EXIT.completed;
  };
};

async function listPipelines(place: Place): Promise<Listed[]> {
  const notebooks = notebooksOf(place);
  const lastRuns = await latestRuns(notebooks.map(pipelineName), place);
  const listed: Listed[] = [];
  for (const notebook of notebooks) {
    const name = pipelineName(notebook);
    listed.push({
      pipeline: name,
      notebook: shownPath(notebook, place),
      ...await described(notebook, place),
      lastRun: lastRuns.get(name) ?? null,
    });
  }
  return listed;
}

async function described(
  notebook: string,
  place: Place,
): Promise<Pick<Listed, "description" | "blocks" | "error">> {
  try {
    const { pipeline } = await compileAt(notebook, place);
    return { description: pipeline.description ?? null, blocks: pipeline.blocks.length };
  } catch (error) {
    const { errorText } = await import("./render/error_text.ts");
    const [first = ""] = errorText(error).split("\n");
    return { description: null, blocks: null, error: first };
  }
}

async function latestRuns(
  names: readonly string[],
  place: Place,
): Promise<ReadonlyMap<string, NonNullable<Listed["lastRun"]>>> {
  const found = await withHistory(place, async (store) => {
    const latest = new Map<string, NonNullable<Listed["lastRun"]>>();
    for (const pipeline of names) {
      const [run] = await store.listRuns({ pipeline, limit: 1 });
      if (run) latest.set(pipeline, { id: run.id, status: run.status, startedAt: run.startedAt });
    }
    return latest;
  });
  return found ?? new Map();
}

function tableOf(pipelines: readonly Listed[], paint: Paint): string[] {
  return textTable(
    [
      { heading: "PIPELINE" },
      { heading: "BLOCKS", align: "right" },
      { heading: "LAST RUN" },
      { heading: "DESCRIPTION" },
    ],
    pipelines.map(({ pipeline, blocks, lastRun, description, error }) => [
      pipeline,
      blocks === null ? "" : String(blocks),
      lastRun ? lastRunText(lastRun, paint) : paint("quiet", "never"),
      error === undefined
        ? firstSentence(description)
        : paint("bad", "does not compile: deno task check"),
    ]),
    { paint },
  );
}

function lastRunText({ status, startedAt }: NonNullable<Listed["lastRun"]>, paint: Paint): string {
  const { sign, tone } = signOf(status);
  const moment = startedAt === null ? "" : ` ${formatMoment(startedAt).slice(0, 16)}`;
  return paint(tone, `${sign} ${status}`) + paint("quiet", moment);
}

/** A description may be paragraphs long: a line of it says which pipeline this is. */
function firstSentence(description: string | null): string {
  const [sentence = ""] = (description ?? "").replace(/\s+/g, " ").split(/(?<=\.) /);
  return sentence.length <= 80 ? sentence : sentence.slice(0, 79).trimEnd() + "…";
}
