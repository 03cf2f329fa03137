/** `backfills`: the latest backfills, and how far each has come. @module */
import { calledAs } from "../context/executable.ts";
import type { BackfillRow } from "../store/backfills.ts";
import type { Declare } from "./commands.ts";
import { EXIT } from "./exit_code.ts";
import { withHistory } from "./history.ts";
import { countOption } from "./options.ts";
import { formatDuration, formatMoment } from "./render/format.ts";
import { type Paint, paintFor, signOf } from "./render/style.ts";
import { textTable } from "./render/text_table.ts";

/** Declares `backfills`. */
export const declare: Declare = (command) => {
  command.option("-n, --limit <count>", "how many, the latest first", {
    read: countOption,
    fallback: 20,
  })
    .option("--json", "print a JSON array instead of a table");
  return async (place, parsed) => {
    const { limit, json } = parsed.opts<{ limit: number; json?: boolean }>();
    const backfills = await withHistory(place, (store) => store.listBackfills(limit)) ?? [];
    if (json) {
      console.log(JSON.stringify(backfills.map(jsonOf)));
    } else if (backfills.length > 0) {
      tableOf(backfills, paintFor(Deno.stdout)).forEach((line) => console.log(line));
    } else {
      console.log(
        `No backfills yet: ${calledAs("backfill")} <pipeline> --start <date> --end <date>`,
      );
    }
    return EXIT.completed;
  };
};

function tableOf(backfills: readonly BackfillRow[], paint: Paint): string[] {
  return textTable(
    [
      { heading: "BACKFILL" },
      { heading: "NAME" },
      { heading: "PIPELINE" },
      { heading: "STATUS" },
      { heading: "RUNS" },
      { heading: "ASKED FOR (UTC)" },
      { heading: "TOOK", align: "right" },
    ],
    backfills.map(({ id, name, pipeline, status, counts, createdAt, endedAt }) => [
      id,
      name ?? "",
      pipeline,
      paint(signOf(status).tone, `${signOf(status).sign} ${status}`),
      countsText(counts),
      formatMoment(createdAt),
      endedAt === null ? "" : formatDuration(endedAt - createdAt),
    ]),
    { paint },
  );
}

/** `5 completed, 1 running, 2 queued`: those of which there are none are left out. */
function countsText(
  { completed, failed, cancelled, running, initial: queued }: BackfillRow["counts"],
): string {
  return Object.entries({ completed, failed, cancelled, running, queued })
    .flatMap(([name, count]) => count > 0 ? [`${count} ${name}`] : []).join(", ");
}

function jsonOf({ id, createdAt, endedAt, ...rest }: BackfillRow): Record<string, unknown> {
  return {
    backfill: id,
    ...rest,
    createdAt: new Date(createdAt).toISOString(),
    endedAt: endedAt === null ? null : new Date(endedAt).toISOString(),
  };
}
