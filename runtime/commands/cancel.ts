/** `cancel <run>`: ends a run that waits or goes on, wherever it is executed; a backfill with all its runs.
 *  @module */
import type { Declare } from "./commands.ts";
import { EXIT } from "./exit_code.ts";
import { checkHistory, findRunOrBackfill } from "./history.ts";
import { withRunPlace } from "./run_place.ts";

/** Declares `cancel`. */
export const declare: Declare = (command) => {
  command.argument("<run>", "its id, or how it begins or ends; a backfill's too");
  return async (place, parsed) => {
    const [named] = parsed.args<[string]>();
    checkHistory(place, "cancel");
    await withRunPlace(place, async (runPlace) => {
      const { kind, id } = await findRunOrBackfill(named, runPlace.store);
      if (kind === "run") await runPlace.cancel(id);
      else await runPlace.cancelBackfill(id);
      console.log(`Cancelled ${kind} ${id}`);
    });
    return EXIT.completed;
  };
};
