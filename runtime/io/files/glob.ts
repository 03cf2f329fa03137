/** Finds the files that a pattern names: `*`, `?`, `[a-z]`, `{a,b}`, and `**` over folders. @module */
import { join } from "../../context/paths.ts";

/** Whether a path is a pattern. */
export function isGlob(path: string): boolean {
  return /[*?{[]/.test(path);
}

/** The files under `root` that `pattern` matches, sorted by path. Names that begin with a dot are
 *  found only by a pattern that writes the dot.
 *
 * @example
 * ```ts
 * import { expandGlob } from "./glob.ts";
 * await expandGlob("runtime/io", "files/gl?b.ts"); // ["runtime/io/files/glob.ts"]
 * ``` */
export async function expandGlob(root: string, pattern: string): Promise<string[]> {
  const found: string[] = [];
  await descend(root, pattern.split("/").filter((part) => part !== "" && part !== "."), found);
  return [...new Set(found)].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

/** Whether `pattern` matches `path`, a path that is not one on disk.
 *
 * @example
 * ```ts
 * import { matchesGlob } from "./glob.ts";
 * matchesGlob("trips/**\/*.csv", "trips/2024/01/a.csv"); // true
 * ``` */
export function matchesGlob(pattern: string, path: string): boolean {
  return partsMatch(pattern.split("/"), path.split("/"));
}

function partsMatch(parts: readonly string[], names: readonly string[]): boolean {
  const [part, ...rest] = parts;
  const [name, ...below] = names;
  if (part === undefined) return name === undefined;
  if (name === undefined) return false;
  if (part !== "**") return matcherOf(part)(name) && partsMatch(rest, below);
  if (partsMatch(rest.length === 0 ? ["*"] : rest, names)) return true;
  return isVisible(name) && partsMatch(parts, below);
}

async function descend(folder: string, parts: readonly string[], found: string[]): Promise<void> {
  const [part, ...rest] = parts;
  if (part === undefined) return;
  if (part === ".." || (!isGlob(part) && rest.length > 0)) {
    return await descend(join(folder, part), rest, found);
  }
  if (part === "**") await descend(folder, rest.length === 0 ? ["*"] : rest, found);
  const matches = part === "**" ? isVisible : matcherOf(part);
  for (const entry of await entriesOf(folder)) {
    if (!matches(entry.name)) continue;
    const path = join(folder, entry.name);
    const isFolder = entry.isDirectory || (entry.isSymlink && await isFolderAt(path));
    if (isFolder && part === "**") await descend(path, parts, found);
    else if (isFolder) await descend(path, rest, found);
    else if (rest.length === 0 && part !== "**") found.push(path);
  }
}

async function entriesOf(folder: string): Promise<Deno.DirEntry[]> {
  try {
    return await Array.fromAsync(Deno.readDir(folder));
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound || failure instanceof Deno.errors.NotADirectory) {
      return [];
    }
    throw failure;
  }
}

async function isFolderAt(path: string): Promise<boolean> {
  return await Deno.stat(path).then((info) => info.isDirectory, () => false);
}

function isVisible(name: string): boolean {
  return !name.startsWith(".");
}

function matcherOf(part: string): (name: string) => boolean {
  const expression = new RegExp(`^${part.replace(/\{[^}]*\}|\[[^\]]*\]|[^]/g, translated)}$`, "u");
  return (name) => expression.test(name) && (isVisible(name) || part.startsWith("."));
}

function translated(token: string): string {
  if (token === "*") return "[^]*";
  if (token === "?") return "[^]";
  if (token.length > 1 && token.startsWith("{")) {
    return `(?:${
      token.slice(1, -1).split(",").map((each) => each.replace(/[^]/g, translated)).join("|")
    })`;
  }
  if (token.length > 2 && token.startsWith("[")) return token.replace("[!", "[^");
  return token.replace(/[\\^$.|+()[\]{}/]/, "\\$&");
}
