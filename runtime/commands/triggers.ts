/** `triggers`: what runs by itself, when next, and what is wrong in triggers.yaml; with an option, one of them is
 *  switched on or off, or gets a token. @module */
import { calledAs } from "../context/executable.ts";
import type { RunningServer } from "../serve/server_file.ts";
import { whenOf } from "../trigger/when.ts";
import type { Trigger } from "../trigger/trigger.ts";
import { askServer, serverOf } from "./ask_server.ts";
import type { Declare } from "./commands.ts";
import { EXIT, type ExitCode, UsageError } from "./exit_code.ts";
import type { Place } from "./place.ts";
import { formatMoment } from "./render/format.ts";
import { type Paint, paintFor } from "./render/style.ts";
import { textTable } from "./render/text_table.ts";

interface TriggersOptions {
  readonly enable?: string;
  readonly disable?: string;
  readonly token?: string;
  readonly json?: boolean;
}

/** Declares `triggers`. */
export const declare: Declare = (command) => {
  command.option("--enable <trigger>", "let a trigger fire from now on")
    .option("--disable <trigger>", "let it fire no more, but by hand")
    .option("--token <trigger>", "make a webhook's token anew and print it, this once")
    .option("--json", "print one JSON object instead of a table");
  return async (place, parsed) => {
    const { enable, disable, token, json } = parsed.opts<TriggersOptions>();
    if ([enable, disable, token].filter((name) => name !== undefined).length > 1) {
      throw new UsageError("Cannot use --enable, --disable and --token together: give one of them");
    }
    if (token !== undefined) return await printToken(token, place);
    const name = enable ?? disable;
    if (name === undefined) return await list(place, json === true);
    const { isEnabled } = await setEnabled(name, enable !== undefined, place);
    console.log(`${name} is ${isEnabled ? "enabled" : "disabled"}`);
    return EXIT.completed;
  };
};

/** Through the server where one runs: two that write one file would each lose the other's change. */
async function setEnabled(
  name: string,
  enabled: boolean,
  place: Place,
): Promise<{ readonly isEnabled: boolean }> {
  const server = await serverOf(place);
  if (server) {
    const path = `/api/triggers/${encodeURIComponent(name)}`;
    const after = await askServer(server, path, { method: "PATCH", body: { enabled } }) as Trigger;
    return { isEnabled: after.enabled };
  }
  const { enableTrigger } = await import("../trigger/enable_trigger.ts");
  const { trigger } = await enableTrigger(name, enabled, { projectFolder: place.project });
  return { isEnabled: trigger.enabled };
}

async function printToken(name: string, { project }: Place): Promise<ExitCode> {
  const { makeToken, triggerOf } = await import("../trigger/fire.ts");
  const { loadTriggers } = await import("../trigger/triggers_file.ts");
  const { kind } = triggerOf(await loadTriggers(project), name);
  if (kind !== "api") {
    throw new UsageError(
      `Cannot make a token of ${name}: it fires by ${kind}; one with \`api:\` is called with a token`,
    );
  }
  const { openStore } = await import("../store/open_store.ts");
  const store = openStore(project);
  try {
    console.log(await makeToken(name, store));
  } finally {
    store.close();
  }
  return EXIT.completed;
}

async function list(place: Place, isJson: boolean): Promise<ExitCode> {
  const { loadTriggers } = await import("../trigger/triggers_file.ts");
  const { triggers, problems } = await loadTriggers(place.project);
  const server = await serverOf(place);
  const next = server ? await nextTimes(server) : new Map<string, string>();
  const texts = problems.map(({ text }) => text);
  if (isJson) {
    const listed = triggers.map((trigger) => ({
      ...trigger,
      nextAt: next.get(trigger.name) ?? null,
    }));
    console.log(JSON.stringify({ triggers: listed, problems: texts }));
  } else if (triggers.length > 0) {
    tableOf(triggers, next, paintFor(Deno.stdout)).forEach((line) => console.log(line));
    if (!server) console.log(`\nThey fire while the server runs: ${calledAs("serve")}`);
  } else if (texts.length === 0) {
    console.log("No triggers in triggers.yaml yet");
  }
  for (const text of texts) console.error(paintFor(Deno.stderr)("bad", text));
  return texts.length === 0 ? EXIT.completed : EXIT.wrongUse;
}

/** The server alone knows how far each schedule has come. */
async function nextTimes(server: RunningServer): Promise<ReadonlyMap<string, string>> {
  const { triggers } = await askServer(server, "/api/triggers") as {
    readonly triggers: readonly { readonly name: string; readonly nextAt: string | null }[];
  };
  return new Map(triggers.flatMap(({ name, nextAt }) => nextAt === null ? [] : [[name, nextAt]]));
}

function tableOf(
  triggers: readonly Trigger[],
  next: ReadonlyMap<string, string>,
  paint: Paint,
): string[] {
  const headings = [
    "TRIGGER",
    "PIPELINE",
    "ENABLED",
    "WHEN",
    ...next.size > 0 ? ["NEXT (UTC)"] : [],
  ];
  return textTable(
    headings.map((heading) => ({ heading })),
    triggers.map((trigger) => {
      const at = next.get(trigger.name);
      return [
        trigger.name,
        trigger.pipeline,
        trigger.enabled ? paint("good", "yes") : paint("quiet", "no"),
        whenOf(trigger),
        at === undefined ? "" : formatMoment(Date.parse(at)),
      ];
    }),
    { paint },
  );
}
