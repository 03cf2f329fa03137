import assert from "node:assert/strict";
import { TEMPLATES } from "../../runtime/commands/new.ts";
import { FAILING, SMALL } from "./notebooks.ts";
import { projectOf } from "./project_of.ts";

Deno.test("sluice new makes notebooks that check, whatever the template", async () => {
  using project = projectOf();
  const names = TEMPLATES.map((template) => template.replaceAll("-", "_"));
  const made = await project.callEach(
    TEMPLATES.map((template, at) => ["new", names[at]!, "--template", template]),
  );
  for (const [at, name] of names.entries()) {
    assert.deepEqual(made[at], {
      code: 0,
      stdout: `Made notebooks/${name}.ipynb; run it with: deno task run ${name}\n`,
      stderr: "",
    });
    assert.ok(!project.read(`notebooks/${name}.ipynb`).includes("PIPELINE"));
  }
  assert.deepEqual(await project.call(["check"]), {
    code: 0,
    stdout: `${TEMPLATES.length} notebooks, no errors\n`,
    stderr: "",
  });
});

for (const template of ["blank", "sql"]) {
  Deno.test(`sluice new --template ${template} makes a pipeline that runs as it is`, async () => {
    using project = projectOf();
    await project.call(["new", "fresh", "--template", template]);
    const { code, stdout } = await project.call(["run", "fresh"]);
    assert.equal(code, 0, stdout);
  });
}

Deno.test("sluice clone copies a notebook beside itself, without its outputs", async () => {
  const notebook = JSON.parse(SMALL);
  notebook.cells[3].outputs = [{ output_type: "stream", name: "stdout", text: "old" }];
  notebook.cells[3].execution_count = 7;
  using project = projectOf({ "notebooks/deep/small.ipynb": JSON.stringify(notebook) });
  assert.deepEqual(await project.call(["clone", "small", "copy"]), {
    code: 0,
    stdout: "Made notebooks/deep/copy.ipynb from notebooks/deep/small.ipynb; " +
      "run it with: deno task run copy\n",
    stderr: "",
  });
  assert.deepEqual(JSON.parse(project.read("notebooks/deep/copy.ipynb")), JSON.parse(SMALL));
});

Deno.test("sluice rename moves a notebook and gives it its runs", async () => {
  using project = projectOf({ "notebooks/failing.ipynb": FAILING });
  const { run } = JSON.parse((await project.call(["run", "failing", "--json"])).stdout);
  assert.deepEqual(await project.call(["rename", "failing", "mended"]), {
    code: 0,
    stdout: "Renamed notebooks/failing.ipynb to notebooks/mended.ipynb, and its 1 run\n",
    stderr: "",
  });
  assert.throws(() => project.read("notebooks/failing.ipynb"), Deno.errors.NotFound);
  const [renamed] = JSON.parse((await project.call(["runs", "mended", "--json"])).stdout);
  assert.equal(renamed.run, run);
  assert.equal((await project.call(["resume", run, "--var", "text=1"])).code, 0);
});
