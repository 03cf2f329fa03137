import assert from "node:assert/strict";
import { join } from "node:path";
import { notebookOf } from "../compile/notebook_of.ts";
import { serve } from "./served.ts";

const MANY = notebookOf([
  'import { sql } from "sluice";',
  "//| loader: load\nconst numbers = await sql`select range as n from range(30000)`;\n" +
  'const word = "a <b>word</b>";',
  "//| custom: tell\nconsole.log(numbers.numRows, word);",
]);

Deno.test("the server shows what blocks handed on, of a long table its beginning", async () => {
  await using served = await serve({ many: MANY });
  const { run } = await served.run("many");
  const { outputs } = await (await served.get(`/api/runs/${run}/outputs`)).json();
  assert.deepEqual(
    outputs.map(({ block, name, rows }: Record<string, unknown>) => [block, name, rows]),
    [["load", "numbers", 30_000], ["load", "word", null]],
  );
  const page = async (path: string) => {
    const response = await served.get(`/runs/${run}/outputs/${path}`);
    return { status: response.status, text: await response.text() };
  };
  const table = await page("load/numbers");
  assert.match(table.text, /load of .* · 30,000 rows · [\d.]+ MB · the first [\d,]+ rows/);
  const shown = Number(/the first ([\d,]+) rows/.exec(table.text)?.[1]?.replace(",", ""));
  assert.ok(shown > 0 && shown <= 10_000, `${shown} rows`);
  assert.match((await page("load/word")).text, /a &lt;b&gt;word&lt;\/b&gt;/);

  const cases: [string, RegExp][] = [
    ["load/nope", /Cannot find output nope of load in run .*: it has load\/numbers, load\/word/],
    ["tell/word", /Cannot find output word of tell/],
  ];
  for (const [path, pattern] of cases) {
    const { status, text } = await page(path);
    assert.deepEqual([status, pattern.test(text)], [404, true], text);
  }
  await Deno.remove(join(served.folder, ".sluice", "outputs", run), { recursive: true });
  const gone = await page("load/numbers");
  assert.equal(gone.status, 404);
  assert.match(gone.text, /Cannot look into numbers of load: its files are gone/);
});
