import assert from "node:assert/strict";
import { join } from "node:path";
import { compileNotebook } from "../../runtime/compile/compile.ts";
import { loadedCode } from "../../runtime/compile/loaded_code.ts";
import { notebookOf } from "./notebook_of.ts";

Deno.test("loadedCode() knows every module below the pipeline's, and whether one may keep state", async () => {
  const projectFolder = await Deno.realPath(await Deno.makeTempDir({ prefix: "sluice-loaded-" }));
  try {
    const write = (path: string, text: string) =>
      Deno.writeTextFile(join(projectFolder, path), text);
    await Deno.mkdir(join(projectFolder, "notebooks"));
    const cells = [
      'import { sql } from "sluice";\nimport { word } from "../word.ts";',
      "//| loader: tell\nconst told = await sql`select ${word} as word`;",
    ];
    await write("notebooks/p.ipynb", notebookOf(cells));
    await write("word.ts", 'export { word } from "./below.ts";');
    await write("below.ts", 'export const word = "one";');
    const compiled = await compileNotebook(join(projectFolder, "notebooks/p.ipynb"), {
      projectFolder,
    });
    const first = await loadedCode(compiled, { projectFolder });
    assert.deepEqual(await loadedCode(compiled, { projectFolder }), first);
    assert.equal(first?.mayKeepState, false);
    await write("below.ts", 'export let word = "two";');
    const edited = await loadedCode(compiled, { projectFolder });
    assert.notEqual(edited?.hash, first?.hash);
    assert.equal(edited?.mayKeepState, true);
    await Deno.remove(compiled.module);
    assert.equal(await loadedCode(compiled, { projectFolder }), undefined);
  } finally {
    await Deno.remove(projectFolder, { recursive: true });
  }
});
