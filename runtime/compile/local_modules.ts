/** Hashes the local modules that a block imports, through their own imports, without a parser.
 *  What only looks like an import (in a comment) costs a hash and harms nothing. @module */
import { fromFileUrl, toFileUrl } from "../context/file_url.ts";
import { isOwnModule } from "../context/own_module.ts";
import { sha256 } from "../context/sha256.ts";
import { mayKeepState } from "./module_state.ts";
import type { ProjectConfig } from "./project_config.ts";
import { sqlFiles } from "./sql_files.ts";

const IMPORTED = /(?:\bfrom|\bimport|\bimport\s*\()\s*["']([^"'\n]+)["']/g;

/** The modules that a text names. */
export function importedNames(text: string): string[] {
  return [...text.matchAll(IMPORTED)].map(([, name = ""]) => name);
}

interface LocalModule {
  readonly text: string;
  readonly hash: string;
  /** URLs of the local files that it names. */
  readonly imports: readonly string[];
}

/** Reads local modules, each once, and hashes what hangs together. */
export class LocalModules {
  readonly #config: ProjectConfig;
  readonly #notebook: string;
  readonly #known = new Map<string, Promise<LocalModule | undefined>>();

  /** Names of modules count from `notebook`, an absolute path. */
  constructor(notebook: string, config: ProjectConfig) {
    this.#notebook = toFileUrl(notebook).href;
    this.#config = config;
  }

  /** A hash over the content of all local modules that `names` lead to; stable in order. */
  async hash(names: readonly string[]): Promise<string> {
    const found = await this.#gather(names);
    return await sha256([...found.values()].map((module) => module?.hash ?? "").sort().join(" "));
  }

  /** Whether one of the modules that `names` lead to may remember something from run to run. */
  async mayKeepState(names: readonly string[]): Promise<boolean> {
    const found = await this.#gather(names);
    return [...found].some(([url, module]) =>
      module !== undefined && !/\.(sql|json)$/.test(url) && mayKeepState(module.text)
    );
  }

  /** The URLs of all local files that `names` lead to and that are there. */
  async files(names: readonly string[]): Promise<readonly string[]> {
    return [...await this.#gather(names)].flatMap(([url, module]) => module ? [url] : []);
  }

  async #gather(
    names: readonly string[],
  ): Promise<ReadonlyMap<string, LocalModule | undefined>> {
    const found = new Map<string, LocalModule | undefined>();
    const waiting = names.flatMap((name) => this.#locate(name, this.#notebook) ?? []);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      const module = await this.#read(next);
      found.set(next, module);
      waiting.push(...module?.imports ?? []);
    }
    return found;
  }

  #read(url: string): Promise<LocalModule | undefined> {
    let reading = this.#known.get(url);
    if (reading === undefined) {
      reading = this.#scan(url);
      this.#known.set(url, reading);
    }
    return reading;
  }

  async #scan(url: string): Promise<LocalModule | undefined> {
    const text = await Deno.readTextFile(fromFileUrl(new URL(url))).catch(() => undefined);
    if (text === undefined) return undefined;
    const names = importedNames(text);
    return {
      text,
      hash: await sha256(text),
      imports: [
        ...names.flatMap((name) => this.#locate(name, url) ?? []),
        ...sqlFiles(text).flatMap((
          name,
        ) => [this.#locate(name, url), this.#locate(name, this.#notebook)])
          .filter((it) => it !== undefined),
      ],
    };
  }

  /** The URL of a local file; undefined for packages, remote modules and Sluice itself. */
  #locate(name: string, from: string): string | undefined {
    if (name === "sluice") return undefined;
    const mapped = this.#mapped(name);
    const base = mapped === undefined || this.#config.path === undefined
      ? from
      : toFileUrl(this.#config.path).href;
    const specifier = mapped ?? name;
    const isLocal = /^(\.\.?\/|\/|file:)/.test(specifier) || specifier.endsWith(".sql");
    if (!isLocal || !URL.canParse(specifier, base)) return undefined;
    const url = new URL(specifier, base);
    return url.protocol === "file:" && !isOwnModule(url.href) ? url.href : undefined;
  }

  #mapped(name: string): string | undefined {
    const { imports } = this.#config;
    if (imports[name] !== undefined) return imports[name];
    const prefix = Object.keys(imports).find((key) => key.endsWith("/") && name.startsWith(key));
    return prefix === undefined ? undefined : `${imports[prefix]}${name.slice(prefix.length)}`;
  }
}
