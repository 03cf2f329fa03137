/** The command line called several times by one process, as `Project.callEach` starts it: what each call left, as JSON.
 *  @module */
import { main } from "../../runtime/commands/main.ts";
import type { Finished } from "./project_of.ts";

const finished: Finished[] = [];
const { log } = console;
for (const args of JSON.parse(Deno.args[0]!) as readonly (readonly string[])[]) {
  const written = { log: "", error: "" };
  for (const name of ["log", "error"] as const) {
    console[name] = (text: unknown) => void (written[name] += `${text}\n`);
  }
  finished.push({ code: await main(args), stdout: written.log, stderr: written.error });
}
log(JSON.stringify(finished));
Deno.exit(0);
