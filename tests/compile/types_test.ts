/** Emitted modules pass Deno's type check under the project's strict flags, unused names included. @module */
import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { withCheckEntry } from "../../runtime/compile/check_entry.ts";
import { parseDiagnostics } from "../../runtime/compile/diagnostics.ts";
import { ACCEPTED } from "./accepted_cases.ts";
import { compileCells } from "./compile_text.ts";

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

const MODULES = {
  "setup.ts": "export {};",
  "blocks/x.ts": "export const x = 1;",
  "notebooks/y.ts": "export const y = 1;",
  "notebooks/t.ts": "export type T = 1;",
  "notebooks/d.json": "{}",
};

Deno.test("emitModule() gives modules that type-check under strict flags", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, text] of Object.entries(MODULES)) await write(join(folder, name), text);
    const modules = ACCEPTED.map((_, at) => join(folder, ".sluice", "compiled", `case_${at}.ts`));
    for (const [at, [, cells]] of ACCEPTED.entries()) {
      await write(modules[at] ?? "", compileCells(cells).text);
    }
    const imports = modules.map((path) => `import "${pathToFileURL(path).href}";\n`);
    // From where notebooks are checked too, so that Deno knows Sluice's own modules already.
    const text = await withCheckEntry(imports.join(""), check, "sluice");
    const found = parseDiagnostics(text).map(({ url, code, text }) => {
      const [name, , { typeError }] = ACCEPTED[Number(/case_(\d+)/.exec(url)?.[1])] ??
        ["?", [], {}];
      return code === typeError ? undefined : `${name}: ${text} (${code})`;
    });
    assert.deepEqual(found.filter((it) => it !== undefined), []);
    assert.match(text, /TS2304/, "the case with an unknown type was checked too");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** What Deno has against the module and those that it imports. */
async function check(entry: string): Promise<string> {
  const { stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--config", CONFIG, entry],
    env: { NO_COLOR: "1" },
    stderr: "piped",
  }).output();
  return new TextDecoder().decode(stderr);
}

async function write(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}
