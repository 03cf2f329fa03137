import assert from "node:assert/strict";
import { join } from "node:path";
import { projectAbove } from "../../runtime/compile/project_above.ts";

for (const name of ["deno.json", "deno.jsonc"]) {
  Deno.test(`projectAbove() gives the nearest folder with a ${name}`, async () => {
    const folder = await Deno.makeTempDir({ prefix: "sluice_above_" });
    try {
      const inner = join(folder, "inner");
      const deep = join(inner, "a", "b");
      await Deno.mkdir(deep, { recursive: true });
      await Deno.writeTextFile(join(folder, name), "{}");
      assert.equal(projectAbove(deep), folder);
      // a folder of that name is no project
      await Deno.mkdir(join(deep, "deno.json"));
      assert.equal(projectAbove(deep), folder);
      await Deno.writeTextFile(join(inner, name), "{}");
      assert.equal(projectAbove(deep), inner);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
