/** SQL cells: the TypeScript they become, the edges they make, and their errors. @module */
import assert from "node:assert/strict";
import { compileCells, errorsOf } from "./compile_text.ts";
import { type CellInput, parametersOf } from "./notebook_of.ts";

const TRIPS = "//| loader: load\nconst trips = [1];";

/** Cells, and the text of the module that the last of them becomes, from its first line on. */
const EMITTED: readonly (readonly [name: string, cells: readonly CellInput[], text: string])[] = [
  ["DuckDB over another block's table", [
    TRIPS,
    "%%sql -o few\n--| transformer: pick\nselect *\n  from {{ trips }};\n",
    "//| custom: c\nconsole.log(few);",
  ], "const few = await sql`\nselect *\n  from ${trips}\n`;\n    return { few };"],
  ["values as parameters of the statement", [
    parametersOf("const least = 1;"),
    "%%sql -o few\n--| loader: pick\nselect * from t where n > {{least}}",
    "//| custom: c\nconsole.log(few);",
  ], "const few = await sql`\nselect * from t where n > ${least}\n`;"],
  ["a connection with a profile", [
    "%%sql postgres dev -o one\n--| loader: pick\nselect 1 as n",
    "//| custom: c\nconsole.log(one);",
  ], 'const one = await postgres("dev").query`\nselect 1 as n\n`;'],
  ["the name of a result without -o", [
    "%%sql\n--| loader: pick\nselect 1",
    "//| custom: c\nconsole.log(pick_result);",
  ], "const pick_result = await sql`"],
  [
    "a result that nobody reads",
    ["%%sql postgres\n--| loader: pick\nselect 1"],
    "    await postgres().query`\nselect 1\n`;\n  }",
  ],
  [
    "an exporter to a table",
    [
      TRIPS,
      "%%sql postgres dev\n--| exporter: save\n--| table: ny.trips\n--| ifExists: append\nselect * from t",
    ],
    'const save_result = await postgres("dev").query`\nselect * from t\n`;\n    await postgres("dev").write(save_result, "ny.trips", { ifExists: "append" });',
  ],
  [
    "an exporter to a table in BigQuery",
    [
      TRIPS,
      "%%sql bigquery dev\n--| exporter: save\n--| upstream: [load]\n--| table: ny.trips\nselect * from {{ df_1 }}",
    ],
    'const save_result = await bigquery("dev").query`\nselect * from ${trips}\n`;\n    await bigquery("dev").write(save_result, "ny.trips");',
  ],
  ["an exporter that writes by itself", [
    "%%sql postgres\n--| exporter: save\ninsert into t select 1",
  ], "await postgres().execute`\ninsert into t select 1\n`;"],
  ["a statement that returns what it wrote", [
    "%%sql postgres\n--| custom: save\ninsert into t select 1 returning id",
  ], "await postgres().query`"],
  [
    "backticks, backslashes and ${ in SQL",
    ["%%sql\n--| loader: pick\nselect `a`, '\\d', '${b}'"],
    "select \\`a\\`, '\\\\d', '\\${b}'\n",
  ],
  ["names in comments, which stay text", [
    "%%sql\n--| loader: pick\n-- all {{ of }} it\nselect 1 /* {{ this }} */",
  ], "-- all {{ of }} it\nselect 1 /* {{ this }} */\n"],
  ["a comment before the statement", [
    "%%sql postgres\n--| custom: c\n-- a comment\n/* and\nanother */ select 1",
  ], "await postgres().query`\n-- a comment"],
  ["the tables of upstream blocks", [
    "//| loader: a\nconst x = [1];\nconst n = x.length;\nconsole.log(n);",
    "%%sql -o y\n--| loader: b\nselect 1",
    "%%sql\n--| transformer: join_them\n--| upstream: [b, a]\nselect * from {{ df_1 }}, {{ df_2 }}",
    "//| custom: c\nconsole.log(x);",
  ], "select * from ${y}, ${x}"],
  ["a table that an import holds", [
    'import { zones } from "../z.ts";',
    "%%sql\n--| loader: pick\nselect * from {{ zones }}",
  ], "select * from ${zones}"],
  [
    "shared SQL",
    ["%%sql -o zones\nselect 1 as id", "//| custom: c\nconsole.log(zones);"],
    "  // cell 1\n  const zones = await sql`\nselect 1 as id\n`;",
  ],
  ["`sql` when the notebook has one of its own", [
    "const sql = 1;",
    "//| custom: c\nconsole.log(sql);",
    "%%sql\n--| loader: pick\nselect 1",
  ], "await sql_`"],
  ["`sql` when a cell imports it", [
    'import { sql as run_sql } from "sluice";',
    "//| custom: c\nconsole.log(run_sql);",
    "%%sql\n--| loader: pick\nselect 1",
  ], "await run_sql`"],
];

for (const [name, cells, text] of EMITTED) {
  Deno.test(`compile writes ${name}`, () => {
    const module = compileCells(cells).text;
    assert.ok(module.includes(text), `${text}\nnot in\n${module}`);
  });
}

Deno.test("compile makes data edges of `{{ name }}` and `{{ df_1 }}`", () => {
  const { pipeline } = compileCells([
    TRIPS,
    "%%sql -o few\n--| transformer: pick\n--| upstream: [load]\nselect * from {{ df_1 }}",
    "%%sql\n--| transformer: more\nselect * from {{ few }}, {{ trips }}",
  ]).compiled;
  assert.deepEqual(pipeline.blocks.map(({ name, inputs, upstream }) => [name, inputs, upstream]), [
    ["load", [], []],
    ["pick", [{ name: "trips", from: "load" }], ["load"]],
    ["more", [{ name: "few", from: "pick" }, { name: "trips", from: "load" }], ["pick", "load"]],
  ]);
});

Deno.test("compile leaves SQL out that no block reaches", () => {
  const { compiled: { pipeline }, text } = compileCells([
    TRIPS,
    "%%sql\nselect * from {{ trips }}",
  ]);
  assert.deepEqual(pipeline.scratch, [{ cell: 2, firstLine: "%%sql" }]);
  assert.ok(!text.includes("select"));
});

const REFUSED:
  readonly (readonly [name: string, cells: readonly CellInput[], ...errors: readonly string[]])[] =
    [
      [
        "an unknown name",
        [TRIPS, "%%sql\n--| loader: pick\nselect * from {{ tripz }}"],
        "cell 2 (pick), line 3:15: reads `tripz`, which no cell defines; did you mean `trips`?",
      ],
      [
        "a name from below",
        ["%%sql\n--| loader: pick\nselect * from {{ trips }}", TRIPS],
        "cell 1 (pick), line 3:15: reads `trips`, which stands only below, in cell 2; move that cell up",
      ],
      [
        "a name in quotes",
        [parametersOf("const day = 1;"), "%%sql\n--| loader: pick\nselect '{{ day }}'"],
        "cell 2 (pick), line 3:9: `{{ day }}` stands in quotes, where it would be text; leave out the quotes: values are bound",
      ],
      [
        "an expression",
        [TRIPS, "%%sql\n--| loader: pick\nselect {{ trips.length }}"],
        "cell 2 (pick), line 3:8: `{{ trips.length }}` is no name; compute the value in a cell above and name it here",
      ],
      [
        "df_1 without upstream",
        ["%%sql\n--| loader: pick\nselect * from {{ df_1 }}"],
        "cell 1 (pick), line 3:15: `df_1` counts the blocks in `upstream`, which is missing; add `--| upstream: [block]`",
      ],
      ["df_2 of one", [
        TRIPS,
        "%%sql\n--| loader: pick\n--| upstream: load\nselect * from {{ df_2 }}",
      ], "cell 2 (pick), line 4:15: `df_2` is beyond `upstream`, which names 1: load"],
      ["df_1 of a block with several variables", [
        "//| loader: load\nconst a = 1, b = 2;\nconsole.log(a, b);",
        "%%sql\n--| loader: pick\n--| upstream: load\nselect * from {{ df_1 }}",
      ], "cell 2 (pick), line 4:15: block `load` defines a, b; name the one you mean: `{{ a }}`"],
      [
        "df_1 of a block with none",
        [
          "//| loader: load\nconsole.log(1);",
          "%%sql\n--| loader: pick\n--| upstream: load\nselect * from {{ df_1 }}",
        ],
        "cell 2 (pick), line 4:15: block `load` defines no table; give it a variable that holds one",
      ],
      [
        "an exporter without a table",
        ["%%sql postgres\n--| exporter: save\nselect 1"],
        "cell 1 (save), line 2:15: the exporter has no `table` to write its result to; add `--| table: name`",
      ],
      [
        "an exporter without a connection",
        ["%%sql\n--| exporter: save\n--| table: t\nselect 1"],
        "cell 1 (save), line 3:12: `table` needs a connection to write to; write `%%sql postgres [profile]` or `%%sql bigquery [profile]` above",
      ],
      [
        "a table for a statement without rows",
        ["%%sql postgres\n--| exporter: save\n--| table: t\ndelete from t"],
        "cell 1 (save), line 3:12: the statement gives no rows to write; write a `select`, or leave out `table`",
      ],
      [
        "a name for a statement without rows",
        ["%%sql postgres -o gone\n--| custom: clear\ndelete from t"],
        "cell 1 (clear), line 1:1: the statement gives no rows to name `gone`; leave out `-o gone`",
      ],
      [
        "no statement",
        ["%%sql\n--| loader: pick\n\n"],
        "cell 1 (pick), line 3:1: the SQL cell is empty; write a statement below `%%sql`",
      ],
      [
        "a header below the SQL",
        ["%%sql\nselect 1\n--| loader: pick"],
        "cell 1, line 3:1: a `--|` line stands below the SQL; move it to the top of the cell",
      ],
      [
        "SQL of parameters",
        [{ source: "%%sql\nselect 1", tags: ["parameters"] }],
        "cell 1, line 1:1: parameters cannot be SQL; write `const name = default;`",
      ],
    ];

for (const [name, cells, ...expected] of REFUSED) {
  Deno.test(`compile refuses SQL with ${name}`, () => {
    assert.deepEqual(errorsOf(cells), expected);
  });
}
