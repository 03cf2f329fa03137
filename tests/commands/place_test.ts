import assert from "node:assert/strict";
import { placeOf, shownPath } from "../../runtime/commands/place.ts";
import { projectOf } from "./project_of.ts";

Deno.test("placeOf() under `deno task` takes the working folder and INIT_CWD", () => {
  assert.deepEqual(placeOf("/project", "/project/notebooks"), {
    project: "/project",
    folder: "/project/notebooks",
  });
});

Deno.test("placeOf() without `deno task` looks upward for the project's deno.json", () => {
  using project = projectOf({ "deno.json": "{}", "a/b/x.txt": "" });
  const folder = `${project.folder}/a/b`;
  assert.deepEqual(placeOf(folder, undefined), { project: project.folder, folder });
});

const SHOWN: readonly (readonly [path: string, shown: string])[] = [
  ["/p/notebooks/x.ipynb", "x.ipynb"],
  ["/p/notebooks/deep/x.ipynb", "deep/x.ipynb"],
  ["/p/x.ipynb", "../x.ipynb"],
  ["/p/notebooks", "."],
];

for (const [path, shown] of SHOWN) {
  Deno.test(`shownPath() writes ${path} as ${shown}`, () => {
    assert.equal(shownPath(path, { project: "/p", folder: "/p/notebooks" }), shown);
  });
}

Deno.test("shownPath() keeps a far path absolute", () => {
  assert.equal(shownPath("/far/x", { project: "/p", folder: "/p/a/b/c" }), "/far/x");
});
