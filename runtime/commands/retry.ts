/** `retry <run>`: runs an ended run anew with all that it was given; of a backfill, what did not complete.
 *  @module */
import type { Declare } from "./commands.ts";
import { followBackfill } from "./follow_backfill.ts";
import { followRun, type OneRunOptions } from "./follow_runs.ts";
import { checkHistory, findRunOrBackfill } from "./history.ts";
import { withRunPlace } from "./run_place.ts";

/** Declares `retry`. */
export const declare: Declare = (command) => {
  command.argument("<run>", "its id, or how it begins or ends; a backfill's too")
    .option("--no-wait", "end once the server has accepted the run")
    .option("--json", "print one JSON object and nothing else");
  return async (place, parsed) => {
    checkHistory(place, "retry");
    const [named] = parsed.args<[string]>();
    const options = parsed.opts<OneRunOptions>();
    return await withRunPlace(place, async (runPlace) => {
      const { kind, id } = await findRunOrBackfill(named, runPlace.store);
      if (kind === "run") {
        return await followRun(() => runPlace.retry(id), options, { place, runPlace });
      }
      const ask = async () => {
        await runPlace.retryBackfill(id);
        return id;
      };
      return await followBackfill(ask, options, { place, runPlace });
    }, options);
  };
};
