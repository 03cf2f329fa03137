/** Finds a Deno that will still be there tomorrow: npx keeps its own in a cache that may go. @module */
import { delimiter, dirname, join } from "node:path";

const OLDEST = "2.9.0";

/** The path of a Deno for a kernelspec in `folder`: the one on PATH, else a copy of the running
 *  one beside the spec. */
export async function lastingDeno(folder: string): Promise<string> {
  const name = Deno.build.os === "windows" ? "deno.exe" : "deno";
  for (const place of (Deno.env.get("PATH") ?? "").split(delimiter)) {
    const path = join(place, name);
    if (place !== "" && await isLasting(path) && await isRecent(path)) return path;
  }
  const running = await Deno.realPath(Deno.execPath());
  if (await isLasting(running)) return running;
  const copy = join(folder, name);
  await copyFile(running, copy);
  return copy;
}

/** Packages' folders are caches here, npx's above all; links into them are no better. */
async function isLasting(path: string): Promise<boolean> {
  const target = await Deno.realPath(path).catch(() => undefined);
  return target !== undefined && !`${target}${path}`.includes("node_modules");
}

async function isRecent(path: string): Promise<boolean> {
  const version = /^deno (\d+)\.(\d+)\.(\d+)/.exec(await versionText(path));
  if (!version) return false;
  const oldest = OLDEST.split(".").map(Number);
  const found = version.slice(1).map(Number);
  const at = found.findIndex((part, index) => part !== oldest[index]);
  return at < 0 || found[at]! > oldest[at]!;
}

async function versionText(path: string): Promise<string> {
  const command = new Deno.Command(path, { args: ["--version"], stderr: "null" });
  try {
    const { success, stdout } = await command.output();
    return success ? new TextDecoder().decode(stdout) : "";
  } catch {
    return ""; // What cannot be started throws before there is a promise.
  }
}

/** Beside its name first: the old copy may be running. */
async function copyFile(from: string, to: string): Promise<void> {
  await Deno.mkdir(dirname(to), { recursive: true });
  const beside = `${to}.${crypto.randomUUID()}.new`;
  await Deno.copyFile(from, beside);
  await Deno.chmod(beside, 0o755).catch(() => {});
  await Deno.rename(beside, to);
}
