/** A process that keeps a dispatcher open on the project of its first argument, and accepts a run of the
 *  pipeline `p` for each line on standard input, the line being its key; answers each with its run. @module */
import { openDispatcher } from "../../runtime/dispatch/dispatcher.ts";
import { openStore } from "../../runtime/store/open_store.ts";

const [projectFolder = "", retry = "1"] = Deno.args;
const store = openStore(projectFolder);
const dispatcher = await openDispatcher({ projectFolder, store, limits: { runs: 3 } });
console.log("ready");
Deno.addSignalListener("SIGTERM", async () => {
  await dispatcher.drain({ graceMs: 200 });
  store.close();
  Deno.exit(0);
});
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream());
let held = "";
for await (const chunk of lines) {
  const keys = (held + chunk).split("\n");
  held = keys.pop() ?? "";
  for (const key of keys) {
    const retries = { attempts: Number(retry), delayMs: 20 };
    const { run } = await dispatcher.accept({ pipeline: "p", key, event: key, retry: retries });
    console.log(`accepted ${key} ${run}`);
  }
}
