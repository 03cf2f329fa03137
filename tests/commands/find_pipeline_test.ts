import assert from "node:assert/strict";
import { join } from "node:path";
import { findPipeline, notebooksOf } from "../../runtime/commands/find_pipeline.ts";
import { projectOf } from "./project_of.ts";

const FILES = {
  "notebooks/api_to_postgres.ipynb": "{}",
  "notebooks/deep/report.ipynb": "{}",
  "notebooks/twice.ipynb": "{}",
  "notebooks/deep/twice.ipynb": "{}",
  "notebooks/.ipynb_checkpoints/hidden.ipynb": "{}",
  "elsewhere/own.ipynb": "{}",
  "elsewhere/notes.md": "",
};

const FOUND: readonly (readonly [named: string, path: string])[] = [
  ["api_to_postgres", "notebooks/api_to_postgres.ipynb"],
  ["report", "notebooks/deep/report.ipynb"],
  ["own.ipynb", "elsewhere/own.ipynb"],
  ["./own.ipynb", "elsewhere/own.ipynb"],
  ["../notebooks/twice.ipynb", "notebooks/twice.ipynb"],
];

const REFUSED: readonly (readonly [named: string, message: string])[] = [
  ["api_to_postgras", "Cannot find pipeline api_to_postgras; did you mean `api_to_postgres`?"],
  [
    "zzzzz",
    "Cannot find pipeline zzzzz; pipelines in notebooks/: api_to_postgres, report, twice",
  ],
  [
    "twice",
    "2 notebooks are called twice: give one by path: ../notebooks/deep/twice.ipynb, ../notebooks/twice.ipynb",
  ],
  [
    "hidden",
    "Cannot find pipeline hidden; pipelines in notebooks/: api_to_postgres, report, twice",
  ],
  ["own", "Cannot find pipeline own in notebooks/; did you mean `./own.ipynb`?"],
  ["./onw.ipynb", "Cannot find ./onw.ipynb: no such file; did you mean `own.ipynb`?"],
  ["notes.md", "Cannot read notes.md as a pipeline: expects a notebook (.ipynb)"],
  ["./notes.md", "Cannot read ./notes.md as a pipeline: expects a notebook (.ipynb)"],
  [
    "../notebooks/deep",
    "Cannot run ../notebooks/deep: it is a folder, not a notebook; notebooks in it: report.ipynb, twice.ipynb",
  ],
];

for (const [named, path] of FOUND) {
  Deno.test(`findPipeline() finds ${named}`, async () => {
    using project = projectOf(FILES);
    const place = { project: project.folder, folder: join(project.folder, "elsewhere") };
    assert.equal(await findPipeline(named, place), join(project.folder, path));
  });
}

for (const [named, message] of REFUSED) {
  Deno.test(`findPipeline() refuses ${named}`, async () => {
    using project = projectOf(FILES);
    const place = { project: project.folder, folder: join(project.folder, "elsewhere") };
    await assert.rejects(findPipeline(named, place), { name: "UsageError", message });
  });
}

Deno.test("notebooksOf() is empty where there is no notebooks folder", () => {
  using project = projectOf();
  assert.deepEqual(notebooksOf({ project: project.folder, folder: project.folder }), []);
});
