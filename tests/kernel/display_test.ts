/** What a cell's values look like, on our kernel and on the stock one. @module */
import assert from "node:assert/strict";
import type { Json } from "../../kernel/wire/message.ts";
import { until } from "../e2e/watching.ts";
import { testPostgres } from "../services/postgres.ts";
import { startKernel, startSharedKernel } from "./client.ts";

const kernel = await startSharedKernel();

const TABLE = `import { show, tableFromRows } from "sluice";
const trips = tableFromRows([{ zone: "Newark", fare: 8.5 }]);
trips`;

for (const isStock of [false, true]) {
  Deno.test(`tables show as HTML and text on ${isStock ? "the stock" : "our"} kernel`, async () => {
    await using stock = isStock ? await startKernel({ isStock }) : undefined;
    const shown = stock ?? kernel;
    const heard = shown.heard(({ header }) => header.msg_type === "execute_result");
    assert.equal((await shown.run(TABLE)).error, "");
    const data = (await heard).content.data as Record<string, string>;
    assert.match(data["text/html"] ?? "", /sluice-table.*Newark.*1 row × 2 columns/);
    assert.match(data["text/plain"] ?? "", /Newark[^]*1 row × 2 columns/);
  });
}

Deno.test('an Arrow table shows without "sluice" being imported', async () => {
  await using kernel = await startKernel();
  const ran = await kernel.run(
    `import { tableFromArrays } from "npm:apache-arrow@21.2.0";\ntableFromArrays({ n: [1, 2] })`,
  );
  const result = ran.outputs.find(({ type }) => type === "execute_result");
  assert.match(JSON.stringify(result?.content), /sluice-table.*2 rows × 1 column/);
});

Deno.test("show() takes tables, charts, SVG, elements and Markdown", async () => {
  await kernel.run(TABLE);
  const cases: readonly (readonly [source: string, media: string])[] = [
    ["show(trips)", "text/html"],
    [
      `show({ $schema: "https://vega.github.io/schema/vega-lite/v5.json", mark: "bar" })`,
      "application/vnd.vegalite.v5+json",
    ],
    [`show("<svg xmlns='http://www.w3.org/2000/svg'/>")`, "image/svg+xml"],
    [`show({ outerHTML: "<figure>plot</figure>" })`, "text/html"],
    [`show("**bold**")`, "text/markdown"],
    ["Deno.jupyter.md`# title`", "text/markdown"],
  ];
  for (const [source, media] of cases) {
    const [output] = (await kernel.run(source)).outputs;
    assert.ok(media in (output?.content.data as object), `${source}: ${JSON.stringify(output)}`);
  }
});

Deno.test("show() takes a plot of Observable Plot", async () => {
  const drawn = await kernel.run(`import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";
import { show } from "sluice";
const { document } = parseHTML("<html><body></body></html>");
const marks = [Plot.barY([{ zone: "Newark", trips: 2 }], { x: "zone", y: "trips" })];
show(Plot.plot({ document, marks }));
show(Plot.plot({ document, marks, title: "Trips by zone" }));`);
  assert.equal(drawn.error, "");
  const [svg, figure] = drawn.outputs.map(({ content }) => content.data as Record<string, string>);
  assert.match(
    svg?.["image/svg+xml"] ?? "",
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" [^]*Newark[^]*<rect [^]*<\/svg>$/,
  );
  assert.match(figure?.["text/html"] ?? "", /^<figure [^]*Trips by zone[^]*<rect /);
});

Deno.test("a long read shows its progress in place", async () => {
  let hasUpdated = false;
  const lines = new TextEncoder().encode("1,2\n".repeat(1000));
  // A slow server, which ends only once the notebook has shown how far it came.
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, () => {
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("n,m\n")),
      async pull(controller) {
        if (hasUpdated) return controller.close();
        controller.enqueue(lines);
        await new Promise((resolve) => setTimeout(resolve, 10));
      },
    });
    return new Response(body);
  });
  const updated = kernel.heard(({ header }) => header.msg_type === "update_display_data");
  updated.then(() => hasUpdated = true);
  const url = `http://127.0.0.1:${server.addr.port}/trips.csv`;
  const ran = await kernel.run(
    `import { readCsv } from "sluice";\n(await readCsv("${url}")).numCols`,
  );
  assert.equal(ran.result, "2");
  const progress = ran.outputs.filter(({ type }) => type.endsWith("display_data"));
  const [first, ...later] = progress.map(({ type }) => type);
  assert.equal(first, "display_data");
  assert.deepEqual([...new Set(later)], ["update_display_data"]);
  const places = progress.map(({ content }) => (content.transient as Json).display_id);
  assert.equal(new Set(places).size, 1);
  assert.match(JSON.stringify(progress.at(-1)?.content.data), /trips\.csv: \d+\.\d MB/);
});

Deno.test("check() shows a green line, and a red one before its error", async () => {
  await kernel.run(`import { check } from "sluice";`);
  const passed = await kernel.run(`check("all is well", true);`);
  assert.match(JSON.stringify(passed.outputs), /color:#2e9d4f[^]*✓ all is well/);
  const failed = await kernel.run(`check("all is well", false);`);
  assert.match(JSON.stringify(failed.outputs), /color:#d9363e[^]*✗ all is well/);
  assert.match(failed.error, /^CheckError/);
});

Deno.test("a connection outlives an interrupted query, and ends with the kernel", async () => {
  await using database = await testPostgres();
  const sessions = async () => {
    const [found] = await database.rows<{ n: number }>(
      `select count(*)::int as n from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    return found!.n;
  };
  const asleep = () =>
    database.rows(
      "select 1 from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'",
    );
  {
    await using kernel = await startKernel({ cwd: database.folder });
    await kernel.run(`import { postgres, rows } from "sluice";`);
    const ask = "rows(await postgres('dev').query`select 40 + 2 as n`)[0]";
    assert.equal((await kernel.run(ask)).result, "{ n: 42 }");
    const endless = kernel.run("await postgres('dev').query`select pg_sleep(1000)`");
    await until(async () => (await asleep()).length > 0, "the query goes on");
    await kernel.request("interrupt_request", {}, "control");
    assert.match((await endless).error, /^Interrupted/);
    assert.equal((await kernel.run(ask)).result, "{ n: 42 }");
    assert.ok(await sessions() > 0);
  }
  await until(async () => await sessions() === 0, "no session is left");
});
