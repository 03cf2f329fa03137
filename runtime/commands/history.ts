/** The project's run history as commands use it: opened, used, closed. @module */
import { calledAs } from "../context/executable.ts";
import { join } from "../context/paths.ts";
import type { RunRow, RunStore } from "../run/run_store.ts";
import type { Store } from "../store/open_store.ts";
import { UsageError } from "./exit_code.ts";
import { nearest } from "./meant.ts";
import type { Place } from "./place.ts";

/** Refuses to change runs where nothing ever ran.
 *
 * @throws {UsageError} */
export function checkHistory({ project }: Place, doing: string): void {
  if (hasHistory(project)) return;
  throw new UsageError(`Cannot ${doing}: nothing has run in this project yet`);
}

function hasHistory(project: string): boolean {
  try {
    Deno.statSync(join(project, ".sluice", "history.db"));
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** The project's history, to be closed; undefined where nothing ever ran: reading makes none.
 * Runs whose supervisor died are marked as failed first, so that none seems to go on for ever. */
export async function openHistory(place: Place): Promise<Store | undefined> {
  if (!hasHistory(place.project)) return undefined;
  const { openStore } = await import("../store/open_store.ts");
  const store = openStore(place.project);
  await store.recoverRuns();
  return store;
}

/** Calls `work` with the project's history and closes it; undefined where nothing ever ran. */
export async function withHistory<Result>(
  place: Place,
  work: (store: Store) => Promise<Result>,
): Promise<Result | undefined> {
  const store = await openHistory(place);
  try {
    return store && await work(store);
  } finally {
    store?.close();
  }
}

/** So many runs are looked through for a part of an id. */
const SEARCHED_RUNS = 1000;

/** The run whose id is `given`, or begins or ends with it.
 *
 * @throws {UsageError} where none does, or several do */
export async function findRun(given: string, store: RunStore): Promise<RunRow> {
  const run = await store.findRun(given);
  if (run) return run;
  const runs = await store.listRuns({ limit: SEARCHED_RUNS });
  const matches = runs.filter(({ id }) => id.startsWith(given) || id.endsWith(given));
  const [match] = matches;
  if (match && matches.length === 1) return match;
  if (matches.length > 1) {
    const ids = matches.slice(0, 5).map(({ id }) => id).join(", ");
    throw new UsageError(
      `${matches.length} runs begin or end with ${given}: ${ids}; write more of the id`,
    );
  }
  throw new UsageError(`Cannot find run ${given}${await hint(given, runs)}`);
}

/** So many characters of an id are its own; the rest is when it was made. */
const OWN_CHARACTERS = 5;

/** The backfill whose id is `given` or ends with it, else the run as `findRun` finds it.
 *
 * @throws {UsageError} where there is neither */
export async function findRunOrBackfill(
  given: string,
  store: Store,
): Promise<{ readonly kind: "run" | "backfill"; readonly id: string }> {
  const isMeant = ({ id }: { readonly id: string }) =>
    id === given || (given.length >= OWN_CHARACTERS && id.endsWith(given));
  const backfills = (await store.listBackfills(SEARCHED_RUNS)).filter(isMeant);
  const [backfill] = backfills;
  if (backfill && backfills.length === 1) return { kind: "backfill", id: backfill.id };
  return { kind: "run", id: (await findRun(given, store)).id };
}

async function hint(given: string, runs: readonly RunRow[]): Promise<string> {
  const [latest] = runs;
  if (!latest) return ": nothing has run in this project yet";
  const [near] = await nearest(given, runs.map(({ id }) => id));
  if (near) return `; did you mean \`${near}\`?`;
  const [ofPipeline] = runs.filter(({ pipeline }) => pipeline === given);
  if (ofPipeline) return `; the latest run of ${given} is ${ofPipeline.id}`;
  return `; the latest is ${latest.id} of ${latest.pipeline}, and \`${
    calledAs("runs")
  }\` lists more`;
}
