/** The configuration under which an executable is built: the project's names of modules and Sluice's, as they
 *  are called from the folder of the entry. @module */
import { dirname, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { readProjectConfig } from "../compile/project_config.ts";

/** Where Sluice itself lies. */
export const SLUICE = fileURLToPath(new URL("../../", import.meta.url)).replace(/\/$/, "");

/** What a `deno.json` of the entry holds. */
export interface EntryConfig {
  readonly imports: Readonly<Record<string, string>>;
  /** Packages are embedded as the modules reach them, not as they lie in `node_modules`. */
  readonly nodeModulesDir: "none";
  /** For runs with limited permissions. */
  readonly unstable: readonly string[];
}

/** The configuration for an entry in `folder`. A project that knows nothing of Sluice gets its names too.
 *
 * @example
 * ```ts
 * import { entryConfig } from "./entry_config.ts";
 * const { imports } = await entryConfig(Deno.cwd(), `${Deno.cwd()}/.sluice/tmp`);
 * console.log(imports.sluice); // ../../mod.ts
 * ``` */
export async function entryConfig(project: string, folder: string): Promise<EntryConfig> {
  const configs = await Promise.all([readProjectConfig(SLUICE), readProjectConfig(project)]);
  const imports = Object.assign(
    {},
    ...configs.map(({ path, imports }) => path === undefined ? {} : moved(imports, path, folder)),
    { sluice: fromFolder(folder, `${SLUICE}/mod.ts`) },
  );
  return { imports, nodeModulesDir: "none", unstable: ["worker-options"] };
}

/** How a module in `folder` calls a file. An executable finds only what is called relative to its modules.
 *
 * @example
 * ```ts
 * import { fromFolder } from "./entry_config.ts";
 * console.log(fromFolder("/project/.sluice/tmp", "/project/blocks/taxi.ts")); // ../../blocks/taxi.ts
 * ``` */
export function fromFolder(folder: string, path: string): string {
  const near = relative(folder, path);
  return near.startsWith(".") ? near : `./${near}`;
}

function moved(
  imports: Readonly<Record<string, string>>,
  config: string,
  folder: string,
): Record<string, string> {
  const base = pathToFileURL(`${dirname(config)}/`);
  return Object.fromEntries(
    Object.entries(imports).map(([name, address]) => {
      if (!/^(\.\.?\/|\/|file:)/.test(address)) return [name, address];
      const path = fileURLToPath(new URL(address, base));
      return [name, fromFolder(folder, path) + (address.endsWith("/") ? "/" : "")];
    }),
  );
}
