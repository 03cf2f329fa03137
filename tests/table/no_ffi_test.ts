/** What is left where Deno may not load native libraries. @module */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const SCRIPT = new URL("./no_ffi_script.ts", import.meta.url);
const CONFIG = new URL("../../deno.json", import.meta.url);

Deno.test("column functions and Arrow files work without FFI, and sql says that it needs it", async () => {
  const folder = await Deno.makeTempDir();
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "--config",
      fileURLToPath(CONFIG),
      "--allow-read",
      "--allow-env",
      `--allow-write=${folder}`,
      fileURLToPath(SCRIPT),
      `${folder}/t.arrow`,
    ],
    stdout: "piped",
    stderr: "piped",
  }).output();
  await Deno.remove(folder, { recursive: true });
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  assert.deepEqual(lines.slice(0, 1), ['[{"n":2,"m":4}]'], new TextDecoder().decode(stderr));
  assert.match(
    lines[1] ?? "",
    /^Cannot start DuckDB: .* allow it with --allow-ffi, or keep to column/,
  );
});
