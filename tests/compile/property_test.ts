/** What holds for all notebooks: lines are traced, texts survive, edges are those that were drawn. @module */
import assert from "node:assert/strict";
import fc from "fast-check";
import { compileCells, errorsOf } from "./compile_text.ts";

/** Blocks in a line, each reading some of those above. */
const GRAPH = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 12 })
  .map((rows) =>
    rows.map((reads, at) => at === 0 ? [] : [...new Set(reads.map((read) => read % at))])
  );

function cellsOf(graph: readonly (readonly number[])[]): string[] {
  return graph.map((reads, at) =>
    `//| transformer: block_${at}\nconst v${at} = [${
      reads.map((read) => `...v${read}`).join(", ")
    }, ${at}];`
  );
}

Deno.test("compile finds exactly the edges that variables draw", () => {
  fc.assert(
    fc.property(GRAPH, (graph) => {
      const { blocks } = compileCells(cellsOf(graph)).compiled.pipeline;
      assert.deepEqual(
        blocks.map(({ inputs }) => inputs.map(({ from }) => from)),
        graph.map((reads) => reads.map((read) => `block_${read}`)),
      );
      for (const [at, { outputs }] of blocks.entries()) {
        assert.deepEqual(outputs, graph.some((reads) => reads.includes(at)) ? [`v${at}`] : []);
      }
    }),
    { numRuns: 60 },
  );
});

Deno.test("compile says of every notebook turned upside down which cells stand too low", () => {
  fc.assert(
    fc.property(GRAPH, (graph) => {
      const edges = graph.flat().length;
      const errors = errorsOf(cellsOf(graph).toReversed());
      assert.equal(errors.length, edges);
      for (const error of errors) {
        assert.match(error, /stands only below, in cell \d+; move that cell up$/);
      }
    }),
    { numRuns: 40 },
  );
});

/** Statements of every kind of text that must come through unharmed. */
const PIECES = fc.array(
  fc.oneof(
    fc.string({
      unit: fc.constantFrom("a", " ", "\n", "\\n", "é", "\u2028", "'", '"', "//|", "/*", "\t"),
    })
      .map((text) => `\`${text}\``),
    fc.string().map((text) => JSON.stringify(text)),
    fc.constantFrom(
      "`a\n${`b\n  ${1}\n`}\n  c`",
      "'a\\\n  b'",
      "[1]",
      "/`/.source",
      "(\n1,\n2\n)",
      "`\n\n\n`",
    ),
  ),
  { minLength: 1, maxLength: 6 },
);

Deno.test("compile keeps every text and traces every line to the cell's own", async () => {
  await fc.assert(
    fc.asyncProperty(PIECES, fc.boolean(), async (pieces, hasSemicolons) => {
      const end = hasSemicolons ? ";" : "";
      const code = pieces.map((piece, at) => `const v${at} = ${piece}${end}`).join("\n");
      const list = pieces.map((_, at) => `v${at}`).join(", ");
      const source = `//| loader: texts\n${code}\nconst all = [${list}]${end}`;
      const { text, compiled } = compileCells([source, "//| custom: use\nString(all);"]);
      const { default: pipeline } = await import(
        `data:application/typescript,${encodeURIComponent(plain(text))}`
      );
      const { all } = await (await pipeline()).texts();
      assert.deepEqual(all, new Function(`${code}\nreturn [${list}]`)());
      const emitted = text.trimEnd().split("\n");
      assert.equal(compiled.lines.length, emitted.length);
      for (const [at, origin] of compiled.lines.entries()) {
        if (origin?.cell !== 1) continue;
        const own = source.split("\n")[origin.line - 1] ?? "";
        const shown = own.replaceAll("\u2028", "\\u2028").trim();
        assert.ok(emitted[at]?.includes(shown), `${shown}\nis not in\n${emitted[at]}`);
      }
    }),
    { numRuns: 60 },
  );
});

/** The module without its import, which a data URL could not resolve. */
function plain(module: string): string {
  return module.replace(/^import type .*$/m, "type Output<Block> = { all: unknown };");
}

Deno.test("compile gives errors, never a crash, for any text in a cell", () => {
  const tokens = [
    "const ",
    "a",
    " = ",
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "=>",
    "`",
    "${",
    "'",
    "//| loader: x\n",
    "%%sql\n",
    "{{ a }}",
    "\n",
    ";",
    "import ",
    "await ",
    "class ",
    "type ",
    "export ",
    "default ",
    "using ",
    "1",
    ".",
    ",",
    "--|",
    "@",
    "<",
    ">",
    "function ",
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...tokens), { maxLength: 25 }), (parts) => {
      for (const error of errorsOf([parts.join(""), "//| loader: other\nconst b = 1;"])) {
        assert.match(error, /^cell \d/);
      }
    }),
    { numRuns: 400 },
  );
});
