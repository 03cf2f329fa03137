/** The page's own scripts: the browser's globals are not the server's, so they are checked by a config of their own. @module */
import assert from "node:assert/strict";
import { join, resolve } from "node:path";

const FOLDER = resolve(import.meta.dirname!, "../../runtime/serve/page/client");

for (const args of [["check"], ["lint"], ["fmt", "--check"]]) {
  Deno.test(`the page's scripts pass deno ${args.join(" ")}`, async () => {
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...args, "--config", join(FOLDER, "deno.json"), FOLDER],
      cwd: FOLDER,
      stderr: "piped",
      stdout: "null",
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
  });
}
