import assert from "node:assert/strict";
import { join } from "node:path";
import { projectOf } from "./project_of.ts";

async function denoTask(folder: string, ...args: string[]) {
  const { INIT_CWD: _folder, ...env } = Deno.env.toObject();
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["task", ...args],
    cwd: folder,
    env: { ...env, NO_COLOR: "1" },
    clearEnv: true,
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("sluice init makes a project whose own two commands work", async () => {
  using project = projectOf();
  const made = await project.call(["init", "my project"]);
  assert.deepEqual(made, {
    code: 0,
    stdout: "Made a project in my project; go on with:\n" +
      "  cd 'my project'\n  deno task run hello\n  deno task test\n",
    stderr: "",
  });
  const folder = join(project.folder, "my project");
  const run = await denoTask(folder, "run", "hello", "--json", "--var", "greeting=Good  morning");
  assert.equal(run.code, 0, run.stderr);
  assert.equal(JSON.parse(run.stdout).status, "completed");
  const logs = await denoTask(join(folder, "notebooks"), "logs", "--block", "greet");
  assert.match(logs.stdout, /│ Good {2}morning to 2 people\n/);
  const test = await denoTask(folder, "test");
  assert.equal(test.code, 0, test.stdout + test.stderr);
  assert.match(test.stdout, /1 passed/);
});
