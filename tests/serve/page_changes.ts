/** What a person changes on the page, in a real Chromium: fired, cancelled, resumed, retried, backfilled. For
 *  `page_test.ts`, whose browser it takes: starting one costs more than either test. @module */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { notebookOf, parametersOf } from "../compile/notebook_of.ts";
import { FAILING, SLEEPING, SMALL } from "../commands/notebooks.ts";
import { openPage, picture } from "./browsing.ts";
import { serve, type Served } from "./served.ts";

const TRIGGERS = `triggers:
  nightly: { pipeline: small, enabled: false, schedule: "30 6 * * *", zone: Europe/Berlin }
  hook: { pipeline: small, api: { parameters: [word] }, variables: { first: 4 } }
  wrong: { pipeline: smal, api: {} }
`;

/** Fails on even days until it is told better. */
const DAYS = notebookOf([
  parametersOf('const mended = "no";'),
  'import { run } from "sluice";',
  "//| loader: load\nconst day = run.executionDate.day;\n" +
  'if (mended === "no" && day % 2 === 0) throw new Error("an even day");',
]);

/** Goes through everything that changes something. */
export async function changeOnThePage(browser: Browser): Promise<void> {
  await using served = await serve({
    small: SMALL,
    failing: FAILING,
    sleeping: SLEEPING,
    days: DAYS,
  });
  await Deno.writeTextFile(join(served.folder, "triggers.yaml"), TRIGGERS);
  const { page, faults } = await openPage(browser, served);
  await triggers(page, served);
  await runs(page, served);
  await backfills(page, served);
  assert.deepEqual(faults, []);
  await page.close();
}

async function triggers(page: Page, { folder, server }: Served): Promise<void> {
  await page.click("nav >> text=Triggers");
  assert.match(
    await page.locator("pre.bad").innerText(),
    /no pipeline `smal`.*did you mean `small`/,
  );
  const row = page.locator("#trigger-nightly");
  assert.match(await row.innerText(), /30 6 \* \* \* \(Europe\/Berlin\)/);
  assert.match(await row.innerText(), /never/);

  // By the keyboard: the switch keeps the focus when its row is drawn anew.
  await row.getByRole("switch").focus();
  await page.keyboard.press("Enter");
  await page.locator("#trigger-nightly [aria-checked=true]").waitFor();
  const text = await Deno.readTextFile(join(folder, "triggers.yaml"));
  assert.equal(text, TRIGGERS.replace("small, enabled: false", "small, enabled: true"));
  await page.locator("#switch-nightly:focus").waitFor();
  await picture(page, "triggers");

  // A file that was saved meanwhile is not written over.
  const saved = text.replace("6 * * *", "7 * * *");
  await Deno.writeTextFile(join(folder, "triggers.yaml"), saved);
  await row.getByRole("switch").click();
  await page.locator("#notices", { hasText: "changed meanwhile" }).waitFor();
  assert.equal(await Deno.readTextFile(join(folder, "triggers.yaml")), saved);
  await page.locator("#trigger-nightly", { hasText: "30 7 * * *" }).waitFor();
  await row.getByRole("switch").click();
  await page.locator("#trigger-nightly [aria-checked=false]").waitFor();

  await page.goto(`${server.url}/triggers/hook`);
  assert.equal(await page.getByLabel("first").getAttribute("placeholder"), "4");
  await page.getByLabel("word").fill("two");
  await picture(page, "trigger");
  await page.click("text=Fire now");
  await page.waitForURL("**/runs/*");
  await page.locator("h1 .status.completed").waitFor();
  await page.locator("#log", { hasText: "loaded two" }).waitFor();
  assert.match(await page.locator(".given").innerText(), /word\s+two/);
  await picture(page, "fired");

  await page.goto(`${server.url}/triggers/hook`);
  page.once("dialog", (dialog) => dialog.accept());
  await page.click("text=New token");
  const shown = page.locator("[data-shows=token]:not(:empty)");
  const response = await fetch(`${server.url}/hooks/hook`, {
    method: "POST",
    headers: { authorization: `Bearer ${await shown.innerText()}` },
  });
  assert.equal(response.status, 202);
  await response.body?.cancel();
  await page.locator("#runs tr .completed").nth(1).waitFor();
}

async function runs(page: Page, { server }: Served): Promise<void> {
  await page.goto(`${server.url}/pipelines/failing`);
  await page.click("summary");
  await page.click("text=Run now");
  await page.waitForURL("**/runs/*");
  const failed = page.url();
  await page.locator("h1 .status.failed").waitFor();
  await page.getByRole("button", { name: "Retry" }).click();
  await page.waitForURL((url) => url.href !== failed);
  await page.locator("h1 .status.failed").waitFor();
  await page.getByRole("button", { name: "Resume" }).click();
  await page.locator("p", { hasText: "try 2" }).waitFor();
  await page.locator("h1 .status.failed").waitFor();

  await page.goto(`${server.url}/pipelines/sleeping`);
  await page.click("summary");
  await page.getByLabel("Execution date").fill("soon");
  await page.click("text=Run now");
  await page.locator("output[role=alert]", { hasText: "soon" }).waitFor();
  await page.getByLabel("Execution date").fill("2024-01-12");
  await page.click("text=Run now");
  await page.waitForURL("**/runs/*");
  await page.locator("[data-since]", { hasText: "1 s" }).first().waitFor();
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.locator("h1 .status.cancelled").waitFor();

  await page.goto(`${server.url}/runs`);
  assert.equal(await page.locator("#runs tbody tr").count(), 5);
  await page.getByLabel("status").selectOption("failed");
  await page.waitForURL("**status=failed**");
  assert.equal(await page.locator("#runs tbody tr").count(), 2);
  await page.getByLabel("pipeline").selectOption("small");
  await page.locator("text=No such runs.").waitFor();
  await page.click("text=All runs");
  await page.waitForURL("**/runs");
  await page.getByLabel("trigger").selectOption("hook");
  await page.waitForURL("**trigger=hook**");
  assert.equal(await page.locator("#runs tbody tr").count(), 2);
  await picture(page, "runs");
}

async function backfills(page: Page, { server }: Served): Promise<void> {
  await page.goto(`${server.url}/backfills`);
  await page.locator("text=None yet: a backfill").waitFor();
  await page.click("summary");
  await page.getByLabel("Pipeline").selectOption("days");
  await page.waitForURL("**pipeline=days");
  await page.getByLabel("Start").fill("2024-01-15");
  await page.getByLabel("End, inclusive").fill("2024-01-12");
  await page.locator("#preview.bad", { hasText: "is after end" }).waitFor();
  await page.getByLabel("Start").fill("2024-01-12");
  await page.locator("#preview", {
    hasText: "1 run: 2024-01-12",
  }).waitFor();
  await page.getByLabel("End, inclusive").fill("2024-01-15");
  await page.locator("#preview", {
    hasText: "4 runs: 2024-01-12, 2024-01-13, 2024-01-14, 2024-01-15",
  }).waitFor();
  await page.getByLabel("Name").fill("four days");
  await picture(page, "backfill_form");
  await page.getByRole("button", { name: "Start" }).click();
  await page.waitForURL("**/backfills/*");
  await page.locator("h1 .status.failed").waitFor();
  assert.match(await page.locator("h1").innerText(), /^four days/);
  assert.match(await page.locator(".progress").innerText(), /2 completed, 2 failed/);
  await picture(page, "backfill");
  await page.getByRole("button", { name: "Retry failed (2)" }).click();
  await page.locator("tbody tr td:last-child", { hasText: "2" }).nth(1).waitFor();
  await page.locator("h1 .status.failed").waitFor();

  await page.goto(`${server.url}/backfills?pipeline=sleeping`);
  await page.getByLabel("Start").fill("2024-01-01");
  await page.getByLabel("End, inclusive").fill("2024-01-02");
  await page.getByRole("button", { name: "Start" }).click();
  await page.locator(".status.running").first().waitFor();
  page.once("dialog", (dialog) => dialog.accept());
  await page.getByRole("button", { name: "Cancel" }).click();
  await page.locator("h1 .status.cancelled").waitFor();
  await page.goto(`${server.url}/backfills`);
  assert.equal(await page.locator("#backfills tbody tr").count(), 2);
}
