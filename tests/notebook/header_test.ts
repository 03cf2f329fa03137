/** Headers: what they say, and every way to get them wrong. @module */
import assert from "node:assert/strict";
import type { NotebookCell } from "../../runtime/notebook/notebook.ts";
import { parseNotebook } from "../../runtime/notebook/parse_notebook.ts";
import { type CellInput, notebookOf } from "../compile/notebook_of.ts";

function parse(cell: CellInput): { cell: NotebookCell; errors: readonly string[] } {
  const { cells: [first], errors } = parseNotebook(notebookOf([cell]), "/p/n.ipynb");
  return {
    cell: first as NotebookCell,
    errors: errors.map(({ message }) => message.replace("/p/n.ipynb, ", "")),
  };
}

Deno.test("parseNotebook() reads every key of a header", () => {
  const { cell: { header, headerLines }, errors } = parse(
    "//| loader: load\n//| upstream: [a, b]\n//| retry: { attempts: 3, delay: 5s, backoff: exponential }\n" +
      "//| timeout: 2 minutes\n//| description: Loads it\nconst x = 1;",
  );
  assert.deepEqual(errors, []);
  const { position, ...values } = header ?? assert.fail("no header");
  assert.deepEqual(values, {
    kind: "loader",
    name: "load",
    upstream: ["a", "b"],
    retry: { attempts: 3, delayMs: 5000, backoff: "exponential" },
    timeoutMs: 120_000,
    description: "Loads it",
    of: [],
    table: undefined,
    ifExists: undefined,
  });
  assert.deepEqual(position("timeout"), { line: 4, column: 14 });
  assert.equal(headerLines, 5);
});

Deno.test("parseNotebook() fills in what a retry leaves out: one second, fixed", () => {
  const { cell } = parse("//| loader: load\n//| retry: { attempts: 2 }");
  assert.deepEqual(cell.header?.retry, { attempts: 2, delayMs: 1000, backoff: "fixed" });
});

Deno.test("parseNotebook() takes a header over several lines, below comments and blank lines", () => {
  const { cell, errors } = parse(
    "\n// Loads.\n//| loader: load\n//| retry:\n//|   attempts: 2\n\nconst x = 1;",
  );
  assert.deepEqual(errors, []);
  assert.equal(cell.header?.retry?.attempts, 2);
  assert.equal(cell.headerLines, 5);
});

Deno.test("parseNotebook() merges a header with the cell's metadata", () => {
  const { cell, errors } = parse({
    source: "//| loader: load\n//| timeout: 5s",
    metadata: { sluice: { timeout: "5s", description: "Loads" } },
  });
  assert.deepEqual(errors, []);
  assert.equal(cell.header?.description, "Loads");
  const alone = parse({ source: "const x = 1;", metadata: { sluice: { loader: "load" } } });
  assert.equal(alone.cell.header?.name, "load");
});

Deno.test("parseNotebook() leaves cells without a header alone", () => {
  for (const source of ["", "// plain", "const x = 1;", "//|", "// | loader: a"]) {
    assert.equal(parse(source).cell.header, undefined, source);
    assert.deepEqual(parse(source).errors, [], source);
  }
});

const ERRORS: readonly (readonly [name: string, cell: CellInput, ...errors: readonly string[]])[] =
  [
    [
      "an unknown key",
      "//| loader: load\n//| rety: { attempts: 3 }",
      "cell 1, line 2:5: the header's key `rety` is unknown; did you mean `retry`?",
    ],
    [
      "a key far from any",
      "//| loader: load\n//| zzz: 1",
      "cell 1, line 2:5: the header's key `zzz` is unknown; there are loader, transformer, exporter, sensor, custom, callback, upstream, retry, timeout, description, of, table, ifExists",
    ],
    [
      "a header without a kind",
      "//| retry: { attempts: 3 }",
      "cell 1, line 1:1: the header names no kind; add `//| transformer: name` (loader, transformer, exporter, sensor, custom, callback)",
    ],
    [
      "a kind misspelt",
      "//| laoder: load",
      "cell 1, line 1:5: the header's key `laoder` is unknown; did you mean `loader`?",
      "cell 1, line 1:1: the header names no kind; add `//| transformer: name` (loader, transformer, exporter, sensor, custom, callback)",
    ],
    [
      "two kinds",
      "//| loader: load\n//| exporter: save",
      "cell 1, line 2:5: the header has two kinds, `loader` and `exporter`; a block has one: split the cell",
    ],
    [
      "a kind without a name",
      "//| loader:",
      "cell 1, line 1:12: `loader:` has no name; write `loader: name_of_the_block`",
    ],
    [
      "a number as name",
      "//| loader: 12",
      "cell 1, line 1:13: a block's name cannot be 12; write it in snake_case",
    ],
    [
      "no keys at all",
      "//| load",
      "cell 1, line 1:5: the header is no list of keys; write `loader: name`",
    ],
    [
      "a key twice",
      "//| loader: a\n//| timeout: 5s\n//| timeout: 6s",
      "cell 1, line 3:5: the header is not YAML: map keys must be unique",
    ],
    [
      "a retry that is a number",
      "//| loader: a\n//| retry: 4",
      "cell 1 (a), line 2:12: `retry` is 4; write { attempts: 4, delay: 5s }",
    ],
    [
      "a retry without attempts",
      "//| loader: a\n//| retry: { delay: 5s }",
      "cell 1 (a), line 2:12: `retry.attempts` is missing; write all tries together, such as 3",
    ],
    [
      "a retry of no attempts",
      "//| loader: a\n//| retry: { attempts: 0 }",
      "cell 1 (a), line 2:12: `retry.attempts` is 0; write all tries together, such as 3",
    ],
    [
      "an unknown key of retry",
      "//| loader: a\n//| retry: { attempts: 2, dely: 5s }",
      "cell 1 (a), line 2:12: `retry` has the unknown key `dely`; did you mean `delay`?",
    ],
    [
      "an unknown backoff",
      "//| loader: a\n//| retry: { attempts: 2, backoff: exponentiel }",
      'cell 1 (a), line 2:12: `retry.backoff` is "exponentiel"; did you mean `exponential`?',
    ],
    [
      "a delay without a unit",
      "//| loader: a\n//| retry: { attempts: 2, delay: 5 }",
      "cell 1 (a), line 2:12: `retry.delay` is 5; write a duration with its unit, such as 5s",
    ],
    [
      "a timeout that is none",
      "//| loader: a\n//| timeout: soon",
      'cell 1 (a), line 2:14: `timeout` is "soon"; write a duration with its unit, such as 5s',
    ],
    [
      "an upstream that is no list of names",
      "//| loader: a\n//| upstream: { b: 1 }",
      'cell 1 (a), line 2:15: `upstream` is {"b":1}; write the names of blocks: [first, second]',
    ],
    [
      "a description that is a list",
      "//| loader: a\n//| description: [1]",
      "cell 1 (a), line 2:18: `description` is [1]; write a text",
    ],
    [
      "of on a loader",
      "//| loader: a\n//| of: [b]",
      "cell 1 (a), line 2:5: `of` is for callbacks, and this is a loader; leave it out",
    ],
    [
      "table on a TypeScript exporter",
      "//| exporter: a\n//| table: t",
      "cell 1 (a), line 2:5: `table` is for SQL exporters; write the table in the cell's code",
    ],
    [
      "table on a SQL loader",
      "%%sql\n--| loader: a\n--| table: t\nselect 1",
      "cell 1 (a), line 3:5: `table` is for exporters, and this is a loader; write `--| exporter: a`",
    ],
    [
      "an unknown ifExists",
      "%%sql postgres\n--| exporter: a\n--| table: t\n--| ifExists: replaec\nselect 1",
      'cell 1 (a), line 4:15: `ifExists` is "replaec"; did you mean `replace`?',
    ],
    ["a header and metadata that differ", {
      source: "//| loader: a\n//| timeout: 5s",
      metadata: { sluice: { timeout: "6s" } },
    }, 'cell 1, line 2:14: `timeout` is "5s" here but "6s" in the cell\'s metadata; keep one'],
    [
      "metadata that is no object",
      { source: "const x = 1;", metadata: { sluice: 1 } },
      "cell 1, line 1:1: the cell's metadata `sluice` is 1; write an object",
    ],
    [
      "an unknown connection",
      "%%sql postgers\nselect 1",
      "cell 1, line 1:7: `postgers` is no connection; did you mean `postgres`?",
    ],
    [
      "a profile in the connection's place",
      "%%sql warehouse\nselect 1",
      "cell 1, line 1:7: `warehouse` is no connection; write `%%sql postgres warehouse` for a profile",
    ],
    [
      "a profile for DuckDB",
      "%%sql duckdb dev\nselect 1",
      "cell 1, line 1:7: `duckdb` runs in process and takes no profile; write `%%sql`",
    ],
    [
      "a word too many",
      "%%sql postgres dev more\nselect 1",
      "cell 1, line 1:7: `more` is one word too many; write `%%sql [connection] [profile] [-o name]`",
    ],
    [
      "-o without a name",
      "%%sql -o\nselect 1",
      "cell 1, line 1:7: `-o` needs a name for the result; write `-o trips`",
    ],
    [
      "an unknown option",
      "%%sql --output x\nselect 1",
      "cell 1, line 1:7: `--output` is no option of `%%sql`; there is only `-o name`",
      "cell 1, line 1:16: `x` is no connection; write `%%sql postgres x` for a profile",
    ],
  ];

for (const [name, cell, ...expected] of ERRORS) {
  Deno.test(`parseNotebook() reports ${name}`, () => {
    assert.deepEqual(parse(cell).errors, expected);
  });
}

Deno.test("parseNotebook() reads the %%sql line, above or below the header", () => {
  for (
    const source of [
      "%%sql postgres dev -o trips\n--| loader: a\nselect 1",
      "--| loader: a\n%%sql postgres dev -o trips\nselect 1",
    ]
  ) {
    const { cell: { sql, header, headerLines }, errors } = parse(source);
    assert.deepEqual(errors, []);
    assert.equal(sql?.connection, "postgres");
    assert.equal(sql?.profile, "dev");
    assert.equal(sql?.output, "trips");
    assert.equal(header?.name, "a");
    assert.equal(headerLines, 2);
  }
});
