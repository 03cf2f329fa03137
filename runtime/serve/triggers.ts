/** The project's triggers as the server shows them: with when each fires next, and its latest run. @module */
import type { RunRow } from "../run/run_store.ts";
import type { Trigger } from "../trigger/trigger.ts";
import { loadTriggers, type TriggersFile } from "../trigger/triggers_file.ts";
import type { ServerParts } from "./server_parts.ts";

export type ListedTrigger = Trigger & {
  /** In milliseconds since 1970; null where no time is set. */
  readonly nextAt: number | null;
  readonly lastRun: RunRow | null;
};

export interface ListedTriggers {
  /** In the file's order; those with problems are left out. */
  readonly triggers: readonly ListedTrigger[];
  readonly problems: TriggersFile["problems"];
  /** Of the file that they were read from. */
  readonly etag: string;
}

/** Every trigger of triggers.yaml, and what is wrong in it. */
export async function listTriggers(
  { projectFolder, store, nextTimes }: Pick<ServerParts, "projectFolder" | "store" | "nextTimes">,
): Promise<ListedTriggers> {
  const { triggers, problems, etag } = await loadTriggers(projectFolder);
  const next = nextTimes();
  const listed = triggers.map(async (trigger) => {
    const [lastRun = null] = await store.listRuns({ trigger: trigger.name, limit: 1 });
    return { ...trigger, nextAt: next.get(trigger.name) ?? null, lastRun };
  });
  return {
    triggers: await Promise.all(listed),
    problems,
    etag,
  };
}
