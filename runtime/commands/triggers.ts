/** `triggers`: what runs by itself, and what is wrong in triggers.yaml. @module */
import type { Trigger } from "../trigger/trigger.ts";
import type { Declare } from "./commands.ts";
import { EXIT } from "./exit_code.ts";
import { formatDuration } from "./render/format.ts";
import { type Paint, paintFor } from "./render/style.ts";
import { textTable } from "./render/text_table.ts";

/** Declares `triggers`. */
export const declare: Declare = (command) => {
  command.option("--json", "print one JSON object instead of a table");
  return async (place, parsed) => {
    const { loadTriggers } = await import("../trigger/triggers_file.ts");
    const { triggers, problems } = await loadTriggers(place.project);
    const texts = problems.map(({ text }) => text);
    if (parsed.opts().json) console.log(JSON.stringify({ triggers, problems: texts }));
    else if (triggers.length > 0) {
      tableOf(triggers, paintFor(Deno.stdout)).forEach((line) => console.log(line));
    } else if (texts.length === 0) {
      console.log("No triggers in triggers.yaml yet");
    }
    for (const text of texts) console.error(paintFor(Deno.stderr)("bad", text));
    return texts.length === 0 ? EXIT.completed : EXIT.wrongUse;
  };
};

function tableOf(triggers: readonly Trigger[], paint: Paint): string[] {
  return textTable(
    [{ heading: "TRIGGER" }, { heading: "PIPELINE" }, { heading: "ENABLED" }, { heading: "WHEN" }],
    triggers.map((trigger) => [
      trigger.name,
      trigger.pipeline,
      trigger.enabled ? paint("good", "yes") : paint("quiet", "no"),
      whenOf(trigger),
    ]),
    { paint },
  );
}

/** What makes a trigger fire: `0 * * * * (UTC)`, `every 5 min 0 s`, `file data/*.csv`. */
function whenOf(trigger: Trigger): string {
  if (trigger.kind === "api") return "a request";
  if (trigger.kind === "schedule") {
    const { schedule } = trigger;
    if (schedule.kind === "cron") return `${schedule.pattern} (${schedule.zone})`;
    return schedule.kind === "once" ? "once" : `every ${formatDuration(schedule.everyMs)}`;
  }
  const { source } = trigger;
  if (source.kind === "file") return `file ${source.pattern}`;
  if (source.kind === "notify") return `notification ${source.channel} (${source.profile})`;
  return `${source.pipeline} ${source.status}`;
}
