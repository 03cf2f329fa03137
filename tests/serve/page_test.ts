/** The page as a person sees it, in a real Chromium. `SLUICE_TEST_SCREENSHOTS` names a folder for pictures. @module */
import assert from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import { notebookOf } from "../compile/notebook_of.ts";
import { BROKEN, FAILING, SMALL } from "../commands/notebooks.ts";
import { openBrowser, testBrowser } from "../services/browser.ts";
import { testWith } from "../services/tools.ts";
import { openPage, picture } from "./browsing.ts";
import { changeOnThePage } from "./page_changes.ts";
import { serve, type Served } from "./served.ts";

const SHOWING = notebookOf([
  'import { show, tableFromRows } from "sluice";',
  '//| loader: load\nconst zones = tableFromRows([{ zone: "<b>A</b>", fare: 8.5 }, ' +
  '{ zone: "B", fare: 2 }]);\nshow(zones);',
  `//| custom: draw
const bars = {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  data: { values: zones },
  transform: [{ calculate: "datum.fare * 2", as: "double" }],
  mark: { type: "bar", tooltip: true },
  encoding: {
    x: { field: "zone", type: "nominal", axis: { labelAngle: 0 } },
    y: { field: "double", type: "quantitative" },
    color: { field: "zone", type: "nominal" },
  },
};
show(bars, { title: "Fares, doubled" });
show({ ...bars, data: { url: "https://example.org/x.csv" } });`,
]);

/** More lines than a page takes. */
const CHATTY = notebookOf([
  "//| loader: talk\nfor (let line = 1; line <= 5500; line++) console.log(`line ${line}`);",
]);

const program = await testBrowser();
let browser: Browser & AsyncDisposable | undefined;
Deno.test.beforeAll(async () => {
  if ("found" in program) browser = await openBrowser(program.found);
});
Deno.test.afterAll(async () => await browser?.close());

testWith(
  "the page fires triggers, runs, cancels, resumes, retries and backfills",
  program,
  () => changeOnThePage(browser!),
);

testWith(
  "the page shows pipelines, runs and what they printed",
  program,
  async () => {
    await using served = await serve({
      small: SMALL,
      failing: FAILING,
      broken: BROKEN,
      showing: SHOWING,
      chatty: CHATTY,
    });
    const chatted = await served.run("chatty");
    const failed = await served.run("failing");
    const shown = await served.run("showing");
    await served.run("small");
    const stranger = await browser!.newPage();
    await stranger.goto(served.server.url);
    assert.equal(await stranger.locator("h1").innerText(), "Token needed");
    assert.match(await stranger.locator("main").innerText(), /open the address that the server/);
    await stranger.close();
    const { page, faults } = await openPage(browser!, served);
    await page.goto(`${served.server.url}/runs/nope`);
    assert.match(await page.locator("main").innerText(), /Not found\s+Cannot find run nope/);
    await page.goto(served.server.url);
    assert.equal(new URL(page.url()).search, "", "the token does not stay in the address");
    assert.deepEqual(await page.locator(".card h2").allTextContents(), [
      "broken",
      "chatty",
      "failing",
      "showing",
      "small",
    ]);
    await picture(page, "pipelines");

    await page.click("text=small");
    await page.waitForSelector("svg.graph");
    assert.deepEqual(await page.locator(".graph text:not(.kind)").allTextContents(), [
      "load",
      "add",
      "tell",
    ]);
    assert.equal(await page.locator(".graph .edge").count(), 2);
    await picture(page, "pipeline");

    await page.goto(`${served.server.url}/runs/${failed.run}`);
    await page.locator("#log", { hasText: "other │ fine" }).waitFor();
    assert.equal(await page.locator("svg.graph .failed").count(), 1);
    assert.match(await page.locator("td pre.bad").first().innerText(), /cell 3 \(parse\), line 3/);
    await picture(page, "run");

    await page.goto(`${served.server.url}/runs/${chatted.run}`);
    await page.locator("#log div:last-child", { hasText: "line 5500" }).waitFor();
    assert.equal(await page.locator("#log div").count(), 5000);
    assert.match(await page.locator("#log").getAttribute("data-earlier") ?? "", /deno task logs/);

    await page.goto(`${served.server.url}/runs/${shown.run}`);
    const frame = page.frameLocator("iframe");
    assert.equal(await frame.locator("td").first().innerText(), "<b>A</b>");
    const bars = page.locator("[data-chart] svg path[aria-roledescription=bar]");
    await bars.nth(1).waitFor();
    assert.equal(await bars.nth(1).getAttribute("aria-label"), "zone: B; double: 4");
    await page.locator("[data-chart].bad", {
      hasText: "https://example.org/x.csv is not loaded here; put the rows into data.values",
    }).waitFor();
    await picture(page, "shown");
    await page.click("td a >> text=zones");
    await page.locator("p", { hasText: "2 rows" }).waitFor();
    assert.equal(await frame.locator("td").first().innerText(), "<b>A</b>");
    await picture(page, "output");
    await onAPhone(page, served);
    assert.deepEqual(faults, []);
  },
);

/** Nothing may be wider than the screen, in the light as in the dark. */
async function onAPhone(page: Page, served: Served): Promise<void> {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 375, height: 740 });
  const [shown] = (await (await served.get("/api/runs?pipeline=showing")).json()).runs;
  const pages = ["/", "/runs", "/triggers", "/backfills?pipeline=small", `/runs/${shown.run}`];
  for (const path of [...pages, "/pipelines/small", "/pipelines/broken"]) {
    await page.goto(served.server.url + path);
    const width = await page.evaluate("document.documentElement.scrollWidth");
    assert.ok(Number(width) <= 375, `${path} is ${width} wide`);
    await picture(page, `phone${path.replaceAll(/[/?]/g, "_")}`);
  }
}
