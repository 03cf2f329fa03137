/** Runs the pipeline as the command line does, and looks at what it came to. */
import assert from "node:assert/strict";

Deno.test("hello greets whoever it loaded", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["task", "--quiet", "run", "hello", "--json"],
    stderr: "inherit",
  }).output();
  const result = JSON.parse(new TextDecoder().decode(stdout));
  assert.equal(code, 0);
  assert.equal(result.status, "completed");
  assert.deepEqual(result.blocks.map((block: { name: string }) => block.name), [
    "load_names",
    "greet",
  ]);
});
