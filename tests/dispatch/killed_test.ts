/** What becomes of runs whose dispatcher, or process, is killed. @module */
import assert from "node:assert/strict";
import { until } from "../e2e/watching.ts";
import { openDispatcher } from "../../runtime/dispatch/dispatcher.ts";
import { openStore } from "../../runtime/store/open_store.ts";
import { projectFolderOf, waitFor } from "./dispatched.ts";
import { crash } from "./crash.ts";

const SERVER = new URL("server_process.ts", import.meta.url).pathname;

Deno.test("a run whose dispatcher was killed is resumed by the next, or failed by its policy", async () => {
  const folder = projectFolderOf({
    p: [
      '//| loader: load\nawait Deno.writeTextFile("@/loads", "x", { append: true });\nconst n = 1;',
      `//| custom: wait\nawait Deno.writeTextFile("@/going", "");\n${
        waitFor("go")
      }\nconsole.log("ends", n);`,
    ],
  });
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", SERVER, folder],
    stdin: "piped",
    stdout: "null",
  }).spawn();
  const writer = server.stdin.getWriter();
  await writer.write(new TextEncoder().encode("k\n"));
  await until(() => Deno.stat(`${folder}/going`).then(() => true, () => false), "the run goes on");
  const store = openStore(folder);
  const [going] = await store.listRuns();
  await until(
    async () => (await store.listBlockRuns(going!.id)).some((block) => block.hasSavedOutputs),
    "the loader's output is saved, and the history knows it",
  );
  server.kill("SIGKILL");
  await server.status;
  writer.releaseLock();
  const next = await openDispatcher({ projectFolder: folder, store });
  const [run] = await store.listRuns();
  await Deno.writeTextFile(`${folder}/go`, "");
  assert.equal((await next.ended(run!.id)).status, "completed");
  assert.equal(await Deno.readTextFile(`${folder}/loads`), "x");
  const logs = (await store.listLogs(run!.id)).map(({ text }) => text);
  assert.deepEqual(logs, ["ends 1"]);
  await next.close();
  store.close();
  await Deno.remove(folder, { recursive: true });
});

Deno.test("no accepted run is lost or stuck while dispatchers and processes are killed", async () => {
  const { accepted, ended, open } = await crash({ kills: 20, seed: 7 });
  assert.deepEqual(open, []);
  assert.deepEqual([...ended].sort(), [...accepted].sort());
});
