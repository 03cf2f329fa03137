/** A page of the server in a real browser, for tests. @module */
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import type { Served } from "./served.ts";

/** Opens the address that the server prints. `faults` holds what the page's scripts and its policy complained of. */
export async function openPage(
  browser: Browser,
  { server }: Served,
): Promise<{ readonly page: Page; readonly faults: readonly string[] }> {
  const page = await browser.newPage();
  // As long as other tests wait before they call something hung.
  page.setDefaultTimeout(60_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (line) => {
    // What a test has refused is no fault of the page.
    if (line.type() === "error" && !/status of 4(04|09|12|22)/.test(line.text())) {
      faults.push(line.text());
    }
  });
  await page.goto(`${server.url}/?token=${server.token}`);
  await page.waitForSelector("#connection.live");
  return { page, faults };
}

/** Takes a picture where `SLUICE_TEST_SCREENSHOTS` names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = Deno.env.get("SLUICE_TEST_SCREENSHOTS");
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
