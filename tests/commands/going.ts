/** How far a project's runs have come, read from its history: a command that tells it would be a process for
 *  every look. @module */
import type { RunRow } from "../../runtime/run/run_store.ts";
import { openStore, type Store } from "../../runtime/store/open_store.ts";
import type { Project } from "./project_of.ts";

/** Whether one of the project's runs goes on. */
export function isRunning(project: Project): Promise<boolean> {
  return look(
    project,
    async (store) => (await store.listRuns()).some(({ status }) => status === "running"),
  );
}

/** Whether the latest run has printed the text. */
export function hasPrinted(project: Project, text: string): Promise<boolean> {
  return look(project, async (store) => {
    const [run] = await store.listRuns();
    return run !== undefined &&
      (await store.listLogs(run.id)).some((line) => line.text.includes(text));
  });
}

/** The project's latest run. */
export function latestRun(project: Project): Promise<RunRow | undefined> {
  return look(project, async (store) => (await store.listRuns({ limit: 1 }))[0]);
}

async function look<Seen>(
  { folder }: Project,
  see: (store: Store) => Promise<Seen>,
): Promise<Seen> {
  const store = openStore(folder);
  try {
    return await see(store);
  } finally {
    store.close();
  }
}
