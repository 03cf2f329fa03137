/** The command line's entry: `deno run -A runtime/cli.ts run example_pipeline`.
 *  Everything is in `commands/`; each command is loaded only when it is called. @module */
import { main } from "./commands/main.ts";

if (import.meta.main) Deno.exit(await main(Deno.args));
