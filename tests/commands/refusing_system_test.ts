/** Commands where the system refuses them: one clear line, and nothing half made. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { notebookOf } from "../compile/notebook_of.ts";
import { AS_PLAIN_USER, callUnder, WITH_SMALL_FILES } from "../e2e/wrapped.ts";
import { projectOf } from "./project_of.ts";

const DENIED = "permission denied; is the folder or file protected?";

const PROTECTED: readonly (readonly [args: readonly string[], cannot: string])[] = [
  [["run", "small"], "make the folder PROJECT/.sluice/compiled"],
  [["new", "fresh"], "write PROJECT/notebooks/fresh.ipynb"],
  [["clone", "small", "other"], "write PROJECT/notebooks/other.ipynb"],
  [["rename", "small", "other"], "rename PROJECT/notebooks/small.ipynb"],
  [["init", "inside"], "make the folder PROJECT/inside"],
];

Deno.test("commands in a protected project say what they cannot write", async (test) => {
  using project = projectOf({
    "notebooks/small.ipynb": notebookOf(["//| loader: a\nconst n = 1;"]),
  });
  const folders = [project.folder, join(project.folder, "notebooks")];
  for (const folder of folders) Deno.chmodSync(folder, 0o555);
  try {
    for (const [args, cannot] of PROTECTED) {
      await test.step(args.join(" "), async () => {
        assert.deepEqual(await callUnder(AS_PLAIN_USER, project, args), {
          code: 1,
          stdout: "",
          stderr: `Cannot ${cannot.replace("PROJECT", project.folder)}: ${DENIED}\n`,
        });
      });
    }
  } finally {
    for (const folder of folders) Deno.chmodSync(folder, 0o755);
  }
  assert.deepEqual([...Deno.readDirSync(project.folder)].map(({ name }) => name), ["notebooks"]);
});

Deno.test("sluice clone leaves no half notebook on a full disk", async () => {
  const large = notebookOf([`//| loader: a\nconst text = "${"x".repeat(3_000_000)}";`]);
  using project = projectOf({ "notebooks/large.ipynb": large });
  const { code, stderr } = await callUnder(WITH_SMALL_FILES, project, ["clone", "large", "other"]);
  assert.equal(code, 1);
  assert.match(
    stderr,
    /^Cannot write \S+other\.ipynb: the file grows beyond what the system allows \(ulimit -f\)\n$/,
  );
  assert.deepEqual(
    [...Deno.readDirSync(join(project.folder, "notebooks"))].map(({ name }) => name),
    [
      "large.ipynb",
    ],
  );
});

Deno.test("sluice run goes on where a value finds no room at rest, of which it leaves nothing", async () => {
  using project = projectOf({
    "notebooks/p.ipynb": notebookOf([
      '//| loader: load\nconst text = "x".repeat(3_000_000);',
      "//| custom: count\nconsole.log(text.length);",
    ]),
  });
  const { code, stdout } = await callUnder(WITH_SMALL_FILES, project, ["run", "p"]);
  assert.equal(code, 0, stdout);
  assert.match(
    stdout,
    /^load │ the outputs of load were not saved, so a resume will run it again: /m,
  );
  const outputs = join(project.folder, ".sluice/outputs");
  const [run] = Deno.readDirSync(outputs);
  assert.deepEqual([...Deno.readDirSync(join(outputs, run!.name, "load"))], []);
});
