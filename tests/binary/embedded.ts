/** What an executable embeds, run where nothing else is: the entry, its modules and its packages alone, by
 *  plain Deno, from a folder without the sources. The runtime that executables have of their own cannot be
 *  had everywhere; what it would read is all here. @module */
import { dirname, join } from "node:path";
import { unpack, type Unpacked } from "./unpack.ts";

/** Where Deno keeps packages of the registry that it knows without being told. */
const PACKAGES = "npm/registry.npmjs.org";

/** An executable's content, ready to be run. */
export interface Embedded extends Unpacked {
  /** Where its modules lie. */
  readonly files: string;
  /** Where its packages lie, each in a folder of its name. */
  readonly packages: string;
  /** Calls it in `folder`. */
  call(args: readonly string[], folder: string): Deno.Command;
}

/** Unpacks the executable at `path` into `folder`, which must be empty. */
export async function embeddedIn(path: string, folder: string): Promise<Embedded> {
  const files = join(folder, "files");
  const unpacked = await unpack(path, files);
  const cache = join(folder, "cache");
  await Deno.mkdir(join(cache, dirname(PACKAGES)), { recursive: true });
  const packages = join(cache, PACKAGES);
  await Deno.rename(join(files, ".deno_compile_node_modules", "localhost"), packages);
  await writeConfig(unpacked);
  const flags = ["--allow-all", "--quiet", "--no-check", "--cached-only", "--no-remote"];
  return {
    ...unpacked,
    files,
    packages,
    call: (args, cwd) =>
      new Deno.Command(Deno.execPath(), {
        args: ["run", ...flags, unpacked.entry, ...args],
        cwd,
        // Nothing of the machine's own cache, nor of the folder where the person stands.
        env: { DENO_DIR: cache, INIT_CWD: "", NO_COLOR: "1" },
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
      }),
  };
}

/** The packages of which the modules below `folder` ask where they lie. */
export async function resolvedPackages(folder: string): Promise<readonly string[]> {
  const found = new Set<string>();
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    const names = isDirectory ? await resolvedPackages(path) : [
      ...(await Deno.readTextFile(path)).matchAll(/import\.meta\.resolve\("(\w[^"]*|@[^"]*)"\)/g),
    ]
      .map(([, name = ""]) => name);
    for (const name of names) found.add(name);
  }
  return [...found];
}

/** The names of modules as the executable has them, and the versions of their lock. */
async function writeConfig({ entry, metadata }: Unpacked): Promise<void> {
  const { imports } = JSON.parse(metadata.workspace_resolver.import_map?.json ?? "{}");
  const named = Object.entries(imports).filter(([name]) => !name.endsWith("/"));
  const config = {
    imports: Object.fromEntries(named),
    nodeModulesDir: "none",
    // Deno would want all packages of the lock at the start; the executable has those that it needs.
    unstable: [...metadata.unstable_config.features, "npm-lazy-caching"],
  };
  await Deno.writeTextFile(join(dirname(entry), "deno.json"), JSON.stringify(config));
  const lock = new URL("../../deno.lock", import.meta.url);
  await Deno.copyFile(lock, join(dirname(entry), "deno.lock"));
}
