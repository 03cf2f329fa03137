/** The modules that cells import: loaded once, and anew after their files were edited.
 *
 *  A resolve hook gives each local file a version in its URL; an edit raises the version of the
 *  file and of all that import it. Sluice's own modules and packages keep their URLs. @module */
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { isOwnModule } from "../../runtime/context/own_module.ts";
import { defineGlobal } from "./names.ts";
import type { HostImport } from "./protocol.ts";
import { repl } from "./repl.ts";

interface LocalModule {
  version: number;
  stamp: string;
  readonly importers: Set<string>;
}

interface Binding {
  readonly source: HostImport;
  readonly imported: string;
}

/** One of a cell's imports could not be loaded. */
export class FailedImport extends Error {
  constructor(readonly index: number, cause: unknown) {
    super("an import failed", { cause });
  }
}

const modules = new Map<string, LocalModule>();
const bindings = new Map<string, Binding>();

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    // Deno itself answers for bare names, and gives no URL here.
    if (!resolved?.url || !isWatched(resolved.url)) return resolved;
    const url = withoutVersion(resolved.url);
    const module = modules.get(url) ?? { version: 0, stamp: stampOf(url), importers: new Set() };
    modules.set(url, module);
    if (context.parentURL) module.importers.add(withoutVersion(context.parentURL));
    return { ...resolved, url: module.version === 0 ? url : `${url}?v=${module.version}` };
  },
});

/** Loads the imports of a cell in order and binds their names; gives the names that changed.
 *
 * @throws {FailedImport} at the first that does not load. */
export async function importAll(imports: readonly HostImport[]): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const [index, source] of imports.entries()) {
    let module: Record<string, unknown>;
    try {
      module = await load(source);
    } catch (error) {
      throw new FailedImport(index, error);
    }
    for (const { imported, local } of source.names) {
      bindings.set(local, { source, imported });
      if (bind(local, imported, source, module)) changed.push(local);
    }
  }
  return changed;
}

/** Loads edited modules anew and binds their names again; gives the names that changed.
 *
 * @throws what an edited module throws, where the cell reads a name of it. */
export async function refreshModules(reads: readonly string[]): Promise<readonly string[]> {
  const edited = raiseVersions();
  if (edited.size === 0) return [];
  const changed: string[] = [];
  for (const [local, { source, imported }] of bindings) {
    if (!edited.has(withoutVersion(source.specifier))) continue;
    try {
      if (bind(local, imported, source, await load(source))) changed.push(local);
    } catch (error) {
      // Told by the first cell that needs the module, until the file is mended.
      for (const url of edited) modules.get(url)!.stamp = "";
      if (reads.includes(local)) throw error;
    }
  }
  return changed;
}

/** Where a name was imported from, as long as nothing else took the name. */
export function importOf(
  local: string,
): { readonly url: string; readonly name: string } | undefined {
  const binding = bindings.get(local);
  return binding && { url: binding.source.specifier, name: binding.imported };
}

/** A cell defines the names itself now. */
export function forgetImports(names: readonly string[]): void {
  for (const name of names) bindings.delete(name);
}

async function load({ specifier, attributes }: HostImport): Promise<Record<string, unknown>> {
  return await repl.load(specifier, attributes && { with: attributes });
}

function bind(
  local: string,
  imported: string,
  { specifier }: HostImport,
  module: Record<string, unknown>,
): boolean {
  const before = Object.getOwnPropertyDescriptor(globalThis, local)?.value;
  if (imported === "*") defineGlobal(local, module);
  else if (imported in module) defineGlobal(local, module[imported]);
  else defineMissing(local, imported, specifier);
  return before !== Object.getOwnPropertyDescriptor(globalThis, local)?.value;
}

/** What a module does not export may be a type; only its use as a value is wrong. */
function defineMissing(local: string, imported: string, specifier: string): void {
  Object.defineProperty(globalThis, local, {
    configurable: true,
    get() {
      throw new ReferenceError(
        `${JSON.stringify(specifier.replace(/^.*\//, ""))} exports no value named ${imported}`,
      );
    },
  });
}

/** The edited modules, with all that import them. */
function raiseVersions(): ReadonlySet<string> {
  const edited = new Set<string>();
  const waiting = [...modules].flatMap(([url, { stamp }]) => stampOf(url) === stamp ? [] : [url]);
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    const module = modules.get(url);
    if (module === undefined || edited.has(url)) continue;
    edited.add(url);
    module.version++;
    module.stamp = stampOf(url);
    waiting.push(...module.importers);
  }
  return edited;
}

function isWatched(url: string): boolean {
  return url.startsWith("file:") && !url.includes("/node_modules/") &&
    !isOwnModule(url);
}

function stampOf(url: string): string {
  try {
    const { mtime, size } = Deno.statSync(fileURLToPath(url));
    return `${mtime?.getTime()} ${size}`;
  } catch {
    return "";
  }
}

function withoutVersion(url: string): string {
  return url.replace(/\?v=\d+$/, "");
}
