/** SQL over tables where Deno may load DuckDB's native part and nothing else, as under the server. @module */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { packagesFolder } from "../../runtime/io/files/native.ts";

const SCRIPT = new URL("./limited_ffi_script.ts", import.meta.url);
const CONFIG = new URL("../../deno.json", import.meta.url);

Deno.test("sql takes strings and bytes of every length where only DuckDB may be loaded", async () => {
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      "--config",
      fileURLToPath(CONFIG),
      "--allow-read",
      "--allow-write",
      "--allow-env",
      `--allow-ffi=${packagesFolder()}`,
      fileURLToPath(SCRIPT),
      Deno.execPath(),
    ],
  }).output();
  const said = new TextDecoder().decode(stdout);
  assert.equal(said, "5000 rows, 0 wrong\nNotCapable\n", new TextDecoder().decode(stderr));
});
