/** The page as a person sees it, in a real Chromium. `SLUICE_TEST_SCREENSHOTS` names a folder for pictures. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { notebookOf } from "../compile/notebook_of.ts";
import { BROKEN, FAILING, SMALL } from "../commands/notebooks.ts";
import { openBrowser, testBrowser } from "../services/browser.ts";
import { testWith } from "../services/tools.ts";
import { serve, type Served } from "./served.ts";

const SHOWING = notebookOf([
  'import { show, tableFromRows } from "sluice";',
  '//| loader: load\nconst zones = tableFromRows([{ zone: "<b>A</b>", fare: 8.5 }]);\nshow(zones);',
]);

testWith(
  "the page shows pipelines, runs and what they printed",
  await testBrowser(),
  async (program) => {
    await using served = await serve({
      small: SMALL,
      failing: FAILING,
      broken: BROKEN,
      showing: SHOWING,
    });
    const failed = await served.run("failing");
    const shown = await served.run("showing");
    await served.run("small");
    await using browser = await openBrowser(program);
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    page.on("console", (line) => line.type() === "error" && faults.push(line.text()));

    await page.goto(`${served.server.url}/?token=${served.server.token}`);
    assert.equal(new URL(page.url()).search, "", "the token does not stay in the address");
    await page.waitForSelector("#connection.live");
    assert.deepEqual(await page.locator(".card h2").allTextContents(), [
      "broken",
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

    await page.goto(`${served.server.url}/runs/${shown.run}`);
    const frame = page.frameLocator("iframe");
    assert.equal(await frame.locator("td").first().innerText(), "<b>A</b>");
    await picture(page, "shown");
    await onAPhone(page, served);
    assert.deepEqual(faults, []);
  },
);

/** Nothing may be wider than the screen, in the light as in the dark. */
async function onAPhone(page: Page, served: Served): Promise<void> {
  await page.emulateMedia({ colorScheme: "dark" });
  await page.setViewportSize({ width: 375, height: 740 });
  for (const path of ["/", "/runs", "/pipelines/small", "/pipelines/broken"]) {
    await page.goto(served.server.url + path);
    const width = await page.evaluate("document.documentElement.scrollWidth");
    assert.ok(Number(width) <= 375, `${path} is ${width} wide`);
    await picture(page, `phone${path.replaceAll("/", "_")}`);
  }
}

async function picture(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("SLUICE_TEST_SCREENSHOTS");
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
