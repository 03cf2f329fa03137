import assert from "node:assert/strict";
import { Project, statusesOf } from "./project.ts";

Deno.test("superviseRun() runs a linear pipeline in a process of its own", async () => {
  await using project = new Project();
  const compiled = await project.write(
    {
      parameters: { factor: "2" },
      blocks: [
        { name: "load", kind: "loader", outputs: ["numbers"] },
        {
          name: "double",
          reads: ["numbers from load"],
          outputs: ["doubled"],
          parameters: ["factor"],
        },
        { name: "print", kind: "exporter", reads: ["doubled from double"] },
      ],
    },
    `
    const factor = given("factor", 2);
    async function load() { console.log("loading in", Deno.pid); return { numbers: [1, 2, 3] }; }
    async function double({ numbers }) { return { doubled: numbers.map((n) => n * factor) }; }
    async function print({ doubled }) { console.log(doubled.join(" ")); console.warn("done"); }
  `,
  );
  const result = await project.run(compiled, { variables: { factor: "10" } });
  assert.equal(result.error, undefined);
  assert.deepEqual(statusesOf(result), ["load completed", "double completed", "print completed"]);
  assert.equal(result.status, "completed");
  assert.deepEqual(await project.logsOf(result.run, "print"), ["10 20 30", "done"]);
  const [loading] = await project.logsOf(result.run, "load");
  assert.notEqual(loading, `loading in ${Deno.pid}`);
  const types = project.events.map((event) => event.type);
  assert.equal(types[0], "run_started");
  assert.equal(types.at(-1), "run_ended");
  assert.deepEqual((await project.store.findRun(result.run))?.status, "completed");
});
