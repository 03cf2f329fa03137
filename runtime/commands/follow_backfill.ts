/** A backfill that a command has asked for: waited for until its last run has ended. @module */
import { EXIT, type ExitCode } from "./exit_code.ts";
import { type FollowOptions, followRuns, type OneRunOptions } from "./follow_runs.ts";
import { counted } from "./render/format.ts";
import { jsonOf } from "./runs.ts";
import { exitCodeOfRuns } from "./watch_runs.ts";

/** Asks for a backfill and waits for it, unless it is to be left to the server. */
export async function followBackfill(
  ask: () => Promise<string>,
  { json: isJson = false, wait }: OneRunOptions,
  { place, runPlace }: Omit<FollowOptions, "isSilent">,
): Promise<ExitCode> {
  const { store, server } = runPlace;
  let id = "";
  const asked = async () => {
    id = await ask();
    const runs = (await store.listBackfillDates(id)).flatMap(({ run }) => run ?? []);
    const where = server ? ` at ${server.url}` : "";
    if (!isJson) console.log(`Backfill ${id} asks for ${counted(runs.length, "run")}${where}`);
    return { runs, cancel: () => runPlace.cancelBackfill(id) };
  };
  if (!wait) {
    const { runs } = await asked();
    if (isJson) console.log(JSON.stringify({ backfill: id, runs }));
    return EXIT.completed;
  }
  const ended = await followRuns(asked, { place, runPlace, isSilent: isJson });
  if (isJson) {
    const { name, pipeline, status } = await store.findBackfill(id) ?? {};
    const runs = ended.map(jsonOf);
    console.log(JSON.stringify({ backfill: id, name, pipeline, status, runs }));
  } else console.log(`Backfill ${id}: ${counted(ended.length, "run")}, ${countsOf(ended)}`);
  return exitCodeOfRuns(ended);
}

/** `7 completed, 1 failed`. */
function countsOf(runs: readonly { readonly status: string }[]): string {
  return [...Map.groupBy(runs, ({ status }) => status)]
    .map(([status, of]) => `${of.length} ${status}`).join(", ");
}
