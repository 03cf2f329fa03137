/** What show() keeps with a run. @module */
import assert from "node:assert/strict";
import { Project } from "./project.ts";

Deno.test("superviseRun() keeps a plot of Observable Plot with the run", async () => {
  await using project = new Project();
  const compiled = await project.write(
    { blocks: [{ name: "draw" }] },
    `async function draw() {
      const { document } = parseHTML("<html><body></body></html>");
      const marks = [Plot.barY([{ zone: "Newark", trips: 2 }], { x: "zone", y: "trips" })];
      show(Plot.plot({ document, marks }), { title: "Trips by zone" });
    }`,
    `import * as Plot from "@observablehq/plot";
    import { parseHTML } from "linkedom";
    import { show } from "sluice";`,
  );
  const result = await project.run(compiled);
  assert.equal(result.blocks[0]?.error, undefined);
  const [chart] = await project.store.listArtifacts(result.run);
  assert.equal(chart?.title, "Trips by zone");
  assert.match(
    chart?.data["image/svg+xml"] ?? "",
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^]*Newark[^]*<rect [^]*<\/svg>$/,
  );
});
