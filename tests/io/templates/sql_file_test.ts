import assert from "node:assert/strict";
import { join } from "node:path";
import { tableFromArrays } from "apache-arrow";
import { ident, postgres, sqlFile, sqlText } from "../../../mod.ts";
import { sql } from "../../../runtime/table/sql.ts";
import { inRun, testPostgres } from "../../services/postgres.ts";

const trips = tableFromArrays({ fare: Int32Array.of(4, 8, 15) });

Deno.test("sqlText() binds values, puts tables and names in their places", async () => {
  const [text, ...values] = await sqlText(
    "select * from {{ trips }} where {{ column }} > {{- least * 2 }} {% for v in more %}or fare = {{ v }} {% endfor %}{# {{ no }} #}",
    { trips, column: ident("fare"), least: 3, more: [4, "x'; drop table t"] },
  );
  assert.deepEqual(text.raw, text);
  assert.deepEqual([...text], [
    "select * from ",
    " where ",
    " >",
    " or fare = ",
    " or fare = ",
    " ",
  ]);
  assert.equal(values[0], trips);
  assert.deepEqual(values.slice(2), [6, 4, "x'; drop table t"]);
});

Deno.test("sqlFile() reads from the notebook's folder, includes, and runs in DuckDB and Postgres alike", async () => {
  await using db = await testPostgres();
  await Deno.mkdir(join(db.folder, "sql"));
  await Deno.writeTextFile(
    join(db.folder, "sql/dear.sql"),
    "select count(*) as n from {{ trips }} {% include 'where.sql' %}",
  );
  await Deno.writeTextFile(join(db.folder, "sql/where.sql"), "where fare > {{ least }}");
  await db.inRun(async () => {
    const template = await sqlFile("sql/dear.sql", { trips, least: 5 });
    assert.equal((await sql(...template)).getChild("n")!.get(0), 2n);
    assert.equal((await postgres().query(...template)).getChild("n")!.get(0), 2n);
  });
});

const refused: readonly [name: string, template: string, message: RegExp][] = [
  [
    "a value that is not given",
    "select\n{{ missing }}",
    /^the template, line 2: `\{\{ missing \}\}` is not given/,
  ],
  ["quotes around it", "select '{{ fare }}'", /stands in quotes; write it without them/],
  ["text made safe", "select {{ fare | safe }}", /is text, and text never becomes SQL/],
  ["broken nunjucks", "select {% if %}", /^the template, line 1: /],
];

Deno.test("sqlText() refuses what would become text", async () => {
  for (const [name, template, message] of refused) {
    await assert.rejects(sqlText(template, { fare: "1; drop" }), (error: Error) => {
      assert.match(error.message, message, name);
      return true;
    });
  }
});

Deno.test("sqlFile() names a file that is not there", async () => {
  const folder = await Deno.makeTempDir();
  await assert.rejects(
    inRun(folder, () => sqlFile("none.sql")),
    /^Error: Cannot read .*none\.sql: /,
  );
  await Deno.remove(folder);
});
