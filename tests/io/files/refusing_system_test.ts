import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { explained } from "../../../runtime/io/files/system_error.ts";
import { TempFolder } from "../temp_folder.ts";

const SCRIPT = fileURLToPath(new URL("./write_all_formats.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../../deno.json", import.meta.url));
const NAMES = ["a.csv", "a.csv.gz", "a.json", "a.parquet", "a.arrow", "a.arrows", "new/dataset"];

const CODES: readonly [code: string, message: string][] = [
  ["EACCES", "Cannot write x: permission denied; is the folder or file protected?"],
  ["EROFS", "Cannot write x: the file system is read-only"],
  ["ENOSPC", "Cannot write x: the disk is full"],
];

for (const [code, message] of CODES) {
  Deno.test(`explained() says ${code} in words`, () => {
    const failure = Object.assign(new Error("os error"), { code });
    const seen = explained(new Error("outer", { cause: failure }), "Cannot write x") as Error;
    assert.equal(seen.message, message);
  });
}

/** Runs the writers where `mount` has put a small or read-only file system, with a namespace of its
 *  own; undefined where this machine's user may not make one. */
async function writeOnMount(folder: TempFolder, options: string): Promise<unknown> {
  const flags = Deno.uid() === 0 ? ["-m"] : ["-rm"];
  const target = folder.at("mounted");
  await Deno.mkdir(target);
  const deno =
    `"${Deno.execPath()}" run -A --no-check --config "${CONFIG}" "${SCRIPT}" "${target}"`;
  const mount = `mount -t tmpfs -o ${options} tmpfs "${target}"`;
  const probe = await run("unshare", [...flags, "sh", "-c", mount], folder.path);
  if (!probe.success) return undefined;
  const { stdout } = await run(
    "unshare",
    [...flags, "sh", "-c", `${mount} && ${deno}`],
    folder.path,
  );
  return JSON.parse(stdout);
}

async function run(command: string, args: string[], cwd: string) {
  const stderr = "null";
  const ended = await new Deno.Command(command, { args, cwd, stderr }).output().catch(() =>
    undefined
  );
  return { success: ended?.success ?? false, stdout: new TextDecoder().decode(ended?.stdout) };
}

for (
  const [what, options, reason] of [
    ["a full disk", "size=1m", "the disk is full"],
    ["a read-only file system", "size=1m,ro", "the file system is read-only"],
  ] as const
) {
  Deno.test(`writers say that they met ${what}, and leave nothing`, async () => {
    await using folder = await TempFolder.make();
    const seen = await writeOnMount(folder, options);
    if (seen === undefined) return assert.notEqual(Deno.uid(), 0, "root can mount");
    const messages = NAMES.map((name) => [
      name,
      `Cannot write ${folder.at("mounted", name)}: ${reason}`,
    ]);
    assert.deepEqual(seen, { messages: Object.fromEntries(messages), left: [] });
  });
}

Deno.test("writers say that a folder is protected", async () => {
  await using folder = await TempFolder.make();
  const target = Deno.uid() === 0 ? "/sys" : folder.at("closed");
  if (Deno.uid() !== 0) await Deno.mkdir(target, { mode: 0o555 });
  const args = ["run", "-A", "--no-check", "--config", CONFIG, SCRIPT, target];
  const { stdout } = await run(Deno.execPath(), args, folder.path);
  for (const message of Object.values(JSON.parse(stdout).messages)) {
    assert.match(String(message), /: permission denied; is the folder or file protected\?$/);
  }
});
