/** Files: what is a notebook, and what each other file is told. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import { CompileErrors } from "../../runtime/notebook/compile_error.ts";
import { parseNotebook } from "../../runtime/notebook/parse_notebook.ts";
import { notebookText, readNotebook } from "../../runtime/notebook/read_notebook.ts";
import { notebookOf } from "../compile/notebook_of.ts";

const WHOLE = notebookOf(["const x = 1;"]);

const FILES: readonly (readonly [name: string, text: string, error: RegExp])[] = [
  [
    "an empty file",
    "",
    /^\/p\/n\.ipynb: is empty; save it from Jupyter, or write a notebook there$/,
  ],
  [
    "a file saved half",
    WHOLE.slice(0, 60),
    /ends in the middle of its JSON, at line 1 \(byte 60\): it was saved half; restore it or save it again$/,
  ],
  [
    "a file saved half, in a later line",
    `{\n "cells": [\n  {"a": "né`,
    /at line 3 \(byte 2[0-9]\): it was saved half/,
  ],
  ["a file cut inside a list", '{"cells": [1,', /at line 1 \(byte 13\)/],
  ["a script", "import x from 'y';", /is not JSON: line 1:1 has "i"; save it from Jupyter again$/],
  ["JSON with a mistake", '{\n "cells": [1 2]\n}', /is not JSON: line 2:14 has "2"/],
  [
    "binary text",
    "PK\u0003\u0004\0\0",
    /is not text but binary, so no notebook; give a \.ipynb file$/,
  ],
  [
    "other JSON",
    '{"name": "x"}',
    /is JSON but no notebook: it has no `nbformat`; save it from Jupyter$/,
  ],
  ["a list", "[1]", /is JSON but no notebook: it has no `nbformat`/],
  [
    "nbformat 3",
    '{"nbformat": 3, "worksheets": []}',
    /has nbformat 3, which is too old; convert it with `jupyter nbconvert --to notebook`/,
  ],
  [
    "a merge that nobody has settled",
    '{\n<<<<<<< HEAD\n "cells": [],\n=======\n "cells": [1],\n>>>>>>> other\n "nbformat": 4\n}',
    /holds both sides of a merge, at line 2: choose one between the marks <<<<<<< and >>>>>>>$/,
  ],
  ["a cell that is none", '{"nbformat": 4, "cells": [3]}', /is damaged: cell 1 is no object; save/],
  [
    "a cell of an unknown type",
    '{"nbformat": 4, "cells": [{"cell_type": "cod", "source": ""}]}',
    /is damaged: cell 1 has the cell_type "cod", not code, markdown or raw; save/,
  ],
  [
    "a cell without a source",
    '{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}',
    /is damaged: cell 1 has no `source` that is text; save it from Jupyter$/,
  ],
  ["no cells", '{"nbformat": 4}', /is JSON but no notebook: it has no `cells`/],
  [
    "a Python notebook",
    '{"nbformat": 4, "cells": [], "metadata": {"kernelspec": {"language": "python"}}}',
    /is a notebook in python; Sluice's cells are TypeScript and SQL$/,
  ],
];

for (const [name, text, error] of FILES) {
  Deno.test(`parseNotebook() refuses ${name}`, () => {
    assert.throws(() => parseNotebook(text, "/p/n.ipynb"), (thrown) => {
      assert.ok(thrown instanceof CompileErrors);
      assert.equal(thrown.errors.length, 1);
      assert.match(thrown.message, error);
      return true;
    });
  });
}

Deno.test("parseNotebook() numbers cells with Markdown and joins lines of any end", () => {
  const { cells } = parseNotebook(
    JSON.stringify({
      nbformat: 4,
      cells: [
        { cell_type: "markdown", source: "# Title" },
        {
          cell_type: "code",
          id: "abc",
          source: ["a\r\n", "b\r", "c"],
          metadata: { tags: ["x", 1] },
        },
        { cell_type: "raw", source: [] },
      ],
    }),
    "/p/n.ipynb",
  );
  assert.deepEqual(
    cells.map(({ index, type, id, source, tags }) => [index, type, id, source, tags]),
    [
      [1, "markdown", undefined, "# Title", []],
      [2, "code", "abc", "a\nb\nc", ["x"]],
      [3, "raw", undefined, "", []],
    ],
  );
});

Deno.test("parseNotebook() reads permissions and description, and reports what is wrong in them", () => {
  const good = parseNotebook(
    notebookOf([], { sluice: { description: "D", permissions: { net: ["x.org"], read: true } } }),
    "/p/n.ipynb",
  );
  assert.deepEqual([good.description, good.permissions], ["D", { net: ["x.org"], read: true }]);
  const bad = parseNotebook(
    notebookOf([], { sluice: { descripton: "D", permissions: { nett: [], read: "x" } } }),
    "/p/n.ipynb",
  );
  assert.deepEqual(bad.errors.map(({ text }) => text), [
    "its metadata has the unknown key `sluice.descripton`; did you mean `description`?",
    "its metadata has the unknown permission `nett`; did you mean `net`?",
    'its metadata has `sluice.permissions.read`: "x"; write true, false or a list of texts',
  ]);
});

Deno.test("readNotebook() says why a file cannot be read", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await assert.rejects(
      readNotebook(folder),
      /is a folder; give a notebook in it, such as .*\/name\.ipynb$/,
    );
    await assert.rejects(
      readNotebook(join(folder, "no.ipynb")),
      /no\.ipynb: there is no such notebook; check the path/,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("notebookText() refuses bytes that are no text", () => {
  assert.throws(
    () => notebookText(new Uint8Array([0xff, 0xfe, 0x00]), "/p/n.ipynb"),
    /is not text but binary/,
  );
});

Deno.test("parseNotebook() reads a notebook of 50 MB", () => {
  const output = { output_type: "stream", name: "stdout", text: ["x".repeat(1023) + "\n"] };
  const cell = {
    cell_type: "code",
    metadata: {},
    source: ["const x = 1;"],
    outputs: Array(5000).fill(output),
  };
  const text = JSON.stringify({ nbformat: 4, metadata: {}, cells: Array(10).fill(cell) });
  assert.ok(text.length > 50_000_000);
  assert.equal(parseNotebook(text, "/p/n.ipynb").cells.length, 10);
  assert.throws(
    () => parseNotebook(text.slice(0, -5), "/p/n.ipynb"),
    /ends in the middle of its JSON/,
  );
});
