/** Reads the maps of triggers.yaml and sluice.yaml key by key; whatever does not fit becomes a problem with its
 *  line, column and mend, and the reader goes on, so that a file's problems are told together. @module */
import ms from "ms";
import type { Document, Node, YAMLMap } from "yaml";
import { suggestion } from "../table/nearest.ts";

/** Something in a file that does not fit. */
export interface Problem {
  /** `triggers.yaml, line 7:3: …` */
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** What one file's readers share. */
export interface YamlFile {
  readonly document: Document;
  readonly problems: Problem[];
  report(offset: number, text: string): void;
}

/** Parses `text`; a file that is not YAML has one problem and no contents. */
export async function parseYamlFile(name: string, text: string): Promise<YamlFile> {
  const { LineCounter, parseDocument } = await import("yaml");
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const problems: Problem[] = [];
  const report = (offset: number, message: string) => {
    const { line, col } = lineCounter.linePos(offset);
    const place = { line: Math.max(line, 1), column: Math.max(col, 1) };
    problems.push({ ...place, text: `${name}, line ${place.line}:${place.column}: ${message}` });
  };
  for (const { pos, message } of document.errors) {
    report(pos[0], `not YAML: ${message.replace(/\.$/, "")}`);
  }
  return { document, problems, report };
}

interface Entry {
  readonly offset: number;
  readonly keyOffset: number;
  readonly node: Node | null;
  readonly value: unknown;
}

/** One map of the file: its keys are known, and each is asked for by the type it must have. */
export class Fields {
  readonly #file: YamlFile;
  readonly #path: string;
  readonly #entries = new Map<string, Entry>();
  readonly offset: number;

  private constructor(file: YamlFile, path: string, offset: number) {
    this.#file = file;
    this.#path = path;
    this.offset = offset;
  }

  /** The map at `node`; undefined, and reported, where it is none. `keys` undefined lets any key stand.
   *
   * @param path how messages call the map, such as `retry`; empty for the file itself. */
  static of(
    file: YamlFile,
    node: Node | null,
    { path, keys, offset = 0 }: {
      readonly path: string;
      readonly keys: readonly string[] | undefined;
      readonly offset?: number;
    },
  ): Fields | undefined {
    const map = node as YAMLMap | null;
    const at = node?.range?.[0] ?? offset;
    if (!map || !Array.isArray(map.items) || map.items.some((item) => !isPair(item))) {
      const example = keys === undefined ? "name: value" : `${keys[0]}: …`;
      const seen = map === null ? "empty" : shown(toPlain(file, map));
      file.report(at, `\`${path}\` is ${seen}; write keys below it, such as \`${example}\``);
      return undefined;
    }
    const fields = new Fields(file, path, at);
    for (const { key, value } of map.items as { key: Node; value: Node | null }[]) {
      fields.#add(key, value, keys);
    }
    return fields;
  }

  get keys(): readonly string[] {
    return [...this.#entries.keys()];
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  /** The value as plain data. */
  plain(key: string): unknown {
    return this.#entries.get(key)?.value;
  }

  /** Reports a problem at the key's value; at the map where the key is missing. */
  report(key: string, text: string): void {
    this.#file.report(this.#entries.get(key)?.offset ?? this.offset, text);
  }

  /** Reports a problem at the key itself. */
  reportKey(key: string, text: string): void {
    this.#file.report(this.#entries.get(key)?.keyOffset ?? this.offset, text);
  }

  /** The map below `key`, which messages call `path`; undefined where the key is missing. */
  fields(
    key: string,
    keys: readonly string[] | undefined,
    path = this.name(key),
  ): Fields | undefined {
    const entry = this.#entries.get(key);
    return entry && Fields.of(this.#file, entry.node, { path, keys, offset: entry.offset });
  }

  /** The maps of the list below `key`. */
  list(key: string, keys: readonly string[]): readonly Fields[] {
    const entry = this.#entries.get(key);
    if (!entry) return [];
    const items = (entry.node as { items?: Node[] } | null)?.items;
    if (!Array.isArray(entry.value) || !items) {
      this.report(key, `\`${this.name(key)}\` is ${shown(entry.value)}; write a list: \`- …\``);
      return [];
    }
    return items.flatMap((node) =>
      Fields.of(this.#file, node, { path: this.name(key), keys, offset: entry.offset }) ?? []
    );
  }

  text(key: string): string | undefined {
    return this.#of(key, "write a text", (value) => {
      if (typeof value === "string" && value.trim() !== "") return value;
      return typeof value === "number" ? String(value) : undefined;
    });
  }

  flag(key: string): boolean | undefined {
    const read = (value: unknown) => typeof value === "boolean" ? value : undefined;
    return this.#of(key, "write true or false", read);
  }

  /** A whole number from 1. */
  count(key: string): number | undefined {
    return this.#of(key, "write a whole number from 1", (value) => {
      return Number.isInteger(value) && value as number >= 1 ? value as number : undefined;
    });
  }

  /** Only with a unit: a bare number would leave open whether it counts seconds. */
  durationMs(key: string): number | undefined {
    return this.#of(key, "write a duration with its unit, such as 5s, 30m, 2h or 7d", (value) => {
      if (typeof value !== "string" || !/^\d+(\.\d+)?\s*[a-z]+$/i.test(value)) return undefined;
      const milliseconds = ms(value as ms.StringValue);
      return Number.isFinite(milliseconds) && milliseconds > 0 ? milliseconds : undefined;
    });
  }

  texts(key: string): readonly string[] | undefined {
    return this.#of(key, "write a list of texts: [first, second]", (value) => {
      const list = typeof value === "string" ? [value] : value;
      const isList = Array.isArray(list) && list.every((item) => typeof item === "string");
      return isList ? list as string[] : undefined;
    });
  }

  choice<Choice extends string>(key: string, choices: readonly Choice[]): Choice | undefined {
    const value = this.plain(key);
    const mend = typeof value === "string" && suggestion(value, choices).replace(/^; /, "");
    return this.#of(key, mend || `write ${choices.join(", ")}`, (given) => {
      return choices.find((choice) => choice === given);
    });
  }

  /** Values for a pipeline's parameters, as a person would write them on the command line. */
  variables(key: string): Readonly<Record<string, string>> {
    const fields = this.fields(key, undefined);
    if (!fields) return {};
    return Object.fromEntries(fields.keys.map((name) => [name, textOf(fields.plain(name))]));
  }

  name(key: string): string {
    return this.#path === "" ? key : `${this.#path}.${key}`;
  }

  #of<Value>(
    key: string,
    mend: string,
    read: (value: unknown) => Value | undefined,
  ): Value | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    const value = read(entry.value);
    if (value === undefined) {
      this.report(key, `\`${this.name(key)}\` is ${shown(entry.value)}; ${mend}`);
    }
    return value;
  }

  #add(key: Node, node: Node | null, keys: readonly string[] | undefined): void {
    const name = String(toPlain(this.#file, key));
    const keyOffset = key.range?.[0] ?? this.offset;
    if (keys && !keys.includes(name)) {
      const where = this.#path === "" ? "" : ` in \`${this.#path}\``;
      const mend = suggestion(name, keys) || `; there are ${keys.join(", ")}`;
      this.#file.report(keyOffset, `unknown key \`${name}\`${where}${mend}`);
      return;
    }
    const value = node === null ? null : toPlain(this.#file, node);
    this.#entries.set(name, { node, value, keyOffset, offset: node?.range?.[0] ?? keyOffset });
  }
}

/** A value of YAML as `--var` would take it.
 *
 * @example
 * ```ts
 * import { textOf } from "./yaml_fields.ts";
 * console.log([textOf(5), textOf("a"), textOf(["a"])]); // ["5", "a", '["a"]']
 * ``` */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function shown(value: unknown): string {
  return value === null ? "empty" : JSON.stringify(value);
}

function isPair(item: unknown): boolean {
  return typeof item === "object" && item !== null && "key" in item && "value" in item;
}

function toPlain(file: YamlFile, node: Node): unknown {
  return node.toJS(file.document);
}
