/** A real Chromium for tests, driven by playwright-core: the machine's own. @module */
import type { Browser } from "playwright-core";
import { succeeds } from "../../kernel/jupyter.ts";
import type { Tool } from "./tools.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/** The program of a Chromium, or what to install. */
export async function testBrowser(): Promise<Tool<string>> {
  const told = Deno.env.get("SLUICE_TEST_CHROMIUM");
  for (const program of told ? [told] : [...NAMES, MAC]) {
    if (await succeeds(program, ["--version"])) return { found: await absolute(program) };
  }
  return { install: "Chromium (Debian: chromium)" };
}

/** Starts the browser without a window; it is closed when it is disposed of. */
export async function openBrowser(program: string): Promise<Browser & AsyncDisposable> {
  const { chromium } = await import("playwright-core");
  const browser = await chromium.launch({
    executablePath: program,
    args: ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
  });
  return Object.assign(browser, { [Symbol.asyncDispose]: () => browser.close() });
}

/** Playwright wants a path. */
async function absolute(program: string): Promise<string> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/${program}`;
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  return program;
}
