import assert from "node:assert/strict";
import { BUSY, SLEEPING } from "./notebooks.ts";
import { runProcesses, until } from "../e2e/watching.ts";
import { hasPrinted, latestRun } from "./going.ts";
import { projectOf } from "./project_of.ts";

/** Reads a process's output until it holds `text`. */
async function readUntil(process: Deno.ChildProcess, text: string): Promise<void> {
  const decoder = new TextDecoder();
  let seen = "";
  for await (const chunk of process.stdout) {
    seen += decoder.decode(chunk, { stream: true });
    if (seen.includes(text)) break;
  }
  assert.ok(seen.includes(text), `ended before it printed ${text}: ${seen}`);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  Deno.test(`sluice run ends as cancelled on ${signal}, with exit code 130`, async () => {
    using project = projectOf({ "notebooks/sleeping.ipynb": SLEEPING });
    const process = project.start(["run", "sleeping"]);
    await readUntil(process, "asleep");
    process.kill(signal);
    const [{ code }] = await Promise.all([process.status, process.stderr.cancel()]);
    assert.equal(code, 130);
    const { status, id } = (await latestRun(project))!;
    assert.equal(status, "cancelled");
    assert.match((await project.call(["logs", id])).stdout, /^■ sleep loader · cancelled · /m);
  });
}

Deno.test("sluice run --json prints its object when it is cancelled too", async () => {
  using project = projectOf({ "notebooks/sleeping.ipynb": SLEEPING });
  const process = project.start(["run", "sleeping", "--json"]);
  const output = process.output();
  await until(() => hasPrinted(project, "asleep"), "its block goes on");
  process.kill("SIGINT");
  const { code, stdout } = await output;
  const result = JSON.parse(new TextDecoder().decode(stdout));
  assert.deepEqual([code, result.status, result.blocks[0].status], [130, "cancelled", "cancelled"]);
});

Deno.test("sluice run ends a busy loop on Ctrl-C, and leaves no process behind", async () => {
  using project = projectOf({ "notebooks/busy.ipynb": BUSY });
  const process = project.start(["run", "busy"]);
  await readUntil(process, "spinning");
  assert.equal(runProcesses(project.folder).length, 1);
  process.kill("SIGINT");
  const [{ code }] = await Promise.all([process.status, process.stderr.cancel()]);
  assert.equal(code, 130);
  assert.equal((await latestRun(project))?.status, "cancelled");
  assert.deepEqual(runProcesses(project.folder), []);
});
