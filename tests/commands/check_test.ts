import assert from "node:assert/strict";
import { notebookOf } from "../compile/notebook_of.ts";
import { BROKEN, SMALL } from "./notebooks.ts";
import { projectOf } from "./project_of.ts";

const MISTYPED = notebookOf([
  '//| loader: load\nconst count: number = "three";\nconsole.log(count);',
]);

Deno.test("sluice check shows the errors of all notebooks where they stand, and what is left out", async () => {
  using project = projectOf({
    "notebooks/broken.ipynb": BROKEN,
    "notebooks/deep/mistyped.ipynb": MISTYPED,
    "notebooks/small.ipynb": SMALL,
  });
  const { code, stdout, stderr } = await project.call(["check"]);
  assert.equal(code, 2);
  assert.equal(
    stdout,
    "notebooks/small.ipynb, cell 7: left out of runs, for no block reaches it: // only looked at\n",
  );
  const lines = stderr.split("\n");
  assert.match(lines[0] ?? "", /^notebooks\/broken\.ipynb, cell 2 \(add\), line 2:13: .*`numbers`/);
  assert.deepEqual(lines.slice(1, 3), ["  2 │ const sum = nubmers.length;", "    │             ^"]);
  assert.match(
    lines[3] ?? "",
    /^notebooks\/deep\/mistyped\.ipynb, cell 1 \(load\), line 2:7: .*TS2322/,
  );
  assert.deepEqual(lines.slice(4), [
    '  2 │ const count: number = "three";',
    "    │       ^",
    "3 notebooks, 2 errors in 2",
    "",
  ]);
});

Deno.test("sluice check takes paths, folders and names", async () => {
  using project = projectOf({
    "notebooks/broken.ipynb": BROKEN,
    "notebooks/small.ipynb": SMALL,
    "other/small.ipynb": SMALL,
  });
  const { code, stdout } = await project.call(["check", ".", "small"], { from: "other" });
  assert.equal(code, 0);
  assert.match(stdout, /\n2 notebooks, no errors\n$/);
  assert.equal(
    (await project.call(["check", "smal"])).stderr,
    "Cannot find pipeline smal; did you mean `small`?\n",
  );
});

Deno.test("sluice graph draws a pipeline", async () => {
  using project = projectOf({ "notebooks/small.ipynb": SMALL });
  assert.deepEqual(await project.call(["graph", "small.ipynb"], { from: "notebooks" }), {
    code: 0,
    stdout: [
      "flowchart LR",
      '  load[("load")]',
      '  add["add"]',
      '  tell[["tell"]]',
      '  load -- "numbers" --> add',
      '  add -- "sum" --> tell',
      "",
    ].join("\n"),
    stderr: "",
  });
});

Deno.test("sluice check --watch checks again when a notebook or a shared block is saved", async () => {
  using project = projectOf({
    "notebooks/small.ipynb": SMALL,
    "blocks/shared.ts": "export const three = 3;\n",
  });
  const process = project.start(["check", "--watch"]);
  const drained = new Response(process.stderr).text();
  const lines = process.stdout.pipeThrough(new TextDecoderStream())[Symbol.asyncIterator]();
  let seen = "";
  const until = async (text: string) => {
    while (!seen.includes(text)) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`ended before ${text}: ${seen}`);
      seen += value;
    }
    seen = seen.slice(seen.indexOf(text) + text.length);
  };
  await until("1 notebook, no errors");
  await until("waiting for the next save");
  project.write("notebooks/broken.ipynb", BROKEN);
  await until("notebooks/broken.ipynb saved");
  await until("waiting for the next save");
  project.write("notebooks/broken.ipynb", SMALL);
  await until("2 notebooks, no errors");
  await until("waiting for the next save");
  project.write("blocks/shared.ts", "export const three = 4;\n");
  await until("blocks/shared.ts saved");
  await until("waiting for the next save");
  process.kill("SIGINT");
  await lines.return?.();
  assert.equal((await process.status).code, 130);
  assert.match(await drained, /^notebooks\/broken\.ipynb, cell 2 \(add\), line 2:13: /);
});
