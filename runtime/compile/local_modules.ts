/** Hashes the local modules that a block imports, through their own imports, without a parser.
 *  What only looks like an import (in a comment) costs a hash and harms nothing. @module */
import { fromFileUrl, toFileUrl } from "../context/file_url.ts";
import { sha256 } from "../context/sha256.ts";
import type { ProjectConfig } from "./project_config.ts";
import { sqlFiles } from "./sql_files.ts";

const IMPORTED = /(?:\bfrom|\bimport|\bimport\s*\()\s*["']([^"'\n]+)["']/g;

interface LocalModule {
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
    const found = new Map<string, string>();
    const waiting = names.flatMap((name) => this.#locate(name, this.#notebook) ?? []);
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (found.has(next)) continue;
      const module = await this.#read(next);
      found.set(next, module?.hash ?? "");
      waiting.push(...module?.imports ?? []);
    }
    return await sha256([...found.values()].sort().join(" "));
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
    const names = [...text.matchAll(IMPORTED)].map(([, name = ""]) => name);
    return {
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
    return url.protocol === "file:" ? url.href : undefined;
  }

  #mapped(name: string): string | undefined {
    const { imports } = this.#config;
    if (imports[name] !== undefined) return imports[name];
    const prefix = Object.keys(imports).find((key) => key.endsWith("/") && name.startsWith(key));
    return prefix === undefined ? undefined : `${imports[prefix]}${name.slice(prefix.length)}`;
  }
}
