/** `trigger <name>`: fires a trigger of triggers.yaml by hand, enabled or not. @module */
import type { Declare } from "./commands.ts";
import { EXIT } from "./exit_code.ts";
import { followRun, type OneRunOptions } from "./follow_runs.ts";
import { variableOption } from "./options.ts";
import { withRunPlace } from "./run_place.ts";

/** Declares `trigger`. */
export const declare: Declare = (command) => {
  command.argument("<trigger>", "its name in triggers.yaml")
    .option("--var <name=value>", "a parameter's value; may be repeated", { read: variableOption })
    .option("--no-wait", "end once the server has accepted the run")
    .option("--json", "print one JSON object and nothing else");
  return async (place, parsed) => {
    const [trigger] = parsed.args<[string]>();
    const { var: variables = {}, ...options } = parsed.opts<
      OneRunOptions & { readonly var?: Readonly<Record<string, string>> }
    >();
    return await withRunPlace(place, async (runPlace) => {
      const { run, isSkipped } = await runPlace.fire(trigger, variables);
      if (!isSkipped) {
        return await followRun(() => Promise.resolve(run), options, { place, runPlace });
      }
      if (options.json) console.log(JSON.stringify({ run, isSkipped }));
      else console.log(`Skipped: run ${run} of ${trigger} still goes on`);
      return EXIT.completed;
    }, options);
  };
};
