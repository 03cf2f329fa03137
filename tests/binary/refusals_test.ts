/** `deno task compile` where it cannot make an executable: one line that says what to do, and what was there
 *  before stays. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { BROKEN, SMALL } from "../commands/notebooks.ts";
import { projectOf } from "../commands/project_of.ts";

const CASES = [
  {
    what: "a pipeline that there is not, with the nearest",
    args: ["smal"],
    says: /^Cannot find pipeline smal; did you mean `small`\?\n$/,
    code: 2,
  },
  {
    what: "a notebook that does not compile, with cell and line",
    args: ["small", "broken"],
    says: /^notebooks\/broken\.ipynb, cell 2 \(add\), line 2:13: reads `nubmers`/,
    code: 2,
  },
  {
    what: "a folder that there is not",
    args: ["small", "-o", "nowhere/app"],
    says: /^Cannot make \S+\/nowhere\/app: there is no folder \S+\/nowhere; make it first\n$/,
    code: 2,
  },
  {
    what: "a place that cannot be written",
    args: ["small", "-o", "/proc/app"],
    says: /^Cannot make \/proc\/app: .*; (choose another with --output|make it first)\n$/,
    code: 2,
  },
  {
    what: "the place of a folder",
    args: ["small", "-o", "notebooks"],
    says: /^Cannot make \S+\/notebooks: there is a folder of that name; write a file's path\n$/,
    code: 2,
  },
  {
    what: "the name whose folder holds the state of projects",
    args: ["small", "-o", "sluice"],
    says:
      /^Cannot make \S+\/sluice: an executable unpacks itself .*give it another name with --output\n$/,
    code: 2,
  },
  {
    what: "a runtime that is not where DENORT_BIN says",
    args: ["small"],
    env: { DENORT_BIN: "/no/denort" },
    says: /^Cannot make the executable: DENORT_BIN names \/no\/denort, which cannot be read; .*\n$/,
    code: 1,
  },
] as const;

Deno.test("sluice compile refuses in one line", async (t) => {
  using project = projectOf({
    "notebooks/small.ipynb": SMALL,
    "notebooks/broken.ipynb": BROKEN,
    "pipelines": "what was there",
  });
  for (const { what, args, says, code, ...rest } of CASES) {
    await t.step(what, async () => {
      const env = { DENORT_BIN: "/bin/true", ..."env" in rest ? rest.env : {} };
      const said = await project.call(["compile", ...args], { env });
      assert.match(said.stderr, says);
      assert.equal(said.code, code);
    });
  }
  assert.equal(project.read("pipelines"), "what was there");
  const left = [...Deno.readDirSync(project.folder)].map(({ name }) => name).sort();
  assert.deepEqual(left, [".sluice", "notebooks", "pipelines"]);
  assert.deepEqual([...Deno.readDirSync(join(project.folder, ".sluice", "tmp"))], []);
});

Deno.test("sluice compile says so where a project has no pipeline", async () => {
  using project = projectOf();
  const said = await project.call(["compile"]);
  assert.match(
    said.stderr,
    /^Cannot make an executable without a pipeline: notebooks\/ holds none/,
  );
  assert.equal(said.code, 2);
});
