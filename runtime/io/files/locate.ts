/** Finds what a reader was asked for and brings it here: a path, a pattern, a folder or a URL becomes
 *  local files. One function for each scheme. @module */
import { fileURLToPath } from "node:url";
import { basename, dirname, isAbsolute, join, resolve } from "../../context/paths.ts";
import { currentScope } from "../../context/scope.ts";
import { suggestion } from "../../table/nearest.ts";
import { newTempPath } from "../../table/temp_folder.ts";
import { displayUrl } from "../http/display_url.ts";
import type { DownloadOptions } from "../http/download.ts";
import { isGsPath } from "../gcs/gs_path.ts";
import type { RetryOptions } from "../gcs/storage_client.ts";
import { type Compression, compressionOf } from "./compression.ts";
import { expandGlob, isGlob } from "./glob.ts";
import { type Partition, partitionsOf } from "./hive.ts";
import { refuseSpecial } from "./special_file.ts";
import { recoverDataset } from "./stage.ts";
import { explained } from "./system_error.ts";

/** One local file of a source. */
export interface SourceFile {
  readonly path: string;
  /** As messages name it. */
  readonly name: string;
  readonly size: number;
  /** The first bytes, at most 64. */
  readonly head: Uint8Array;
  readonly compression: Compression;
  readonly partitions: readonly Partition[];
}

/** The files of a source, at least one; disposing of it removes what was downloaded. */
export interface Source extends AsyncDisposable {
  /** As messages name it. */
  readonly name: string;
  readonly files: readonly [SourceFile, ...SourceFile[]];
}

/** How a reader reaches its source. */
export interface LocateOptions {
  /** Headers, attempts and time limits for http and https. */
  readonly http?: DownloadOptions;
  /** The profile for `gs://`; without it the run's. */
  readonly profile?: string | undefined;
  /** How stubborn the requests to a bucket are. */
  readonly retry?: RetryOptions | undefined;
}

/** A local file, and what it is called. */
export interface Found {
  readonly path: string;
  readonly name: string;
  /** The part of the path in which folders count as partitions. */
  readonly partitioned: string;
}

type Locate = (
  source: URL,
  options: LocateOptions,
  extensions: readonly string[],
) => Promise<{ readonly found: readonly Found[]; readonly temporary?: string }>;

const SCHEMES: Readonly<Record<string, Locate>> = {
  "file:": async (source, _options, extensions) => ({
    found: await localFiles(fileURLToPath(source), fileURLToPath(source), extensions),
  }),
  "http:": downloaded,
  "https:": downloaded,
};

/** Where a path that is not absolute counts from: the notebook's folder, or where the process stands. */
export function resolvePath(path: string): string {
  return isAbsolute(path) ? path : resolve(currentScope()?.notebookFolder ?? Deno.cwd(), path);
}

/** The path as it is, or of a `file:` URL.
 *
 * @throws {Error} for other schemes, which cannot be written. */
export function writablePath(target: string | URL): string {
  const url = urlOf(target);
  if (url === undefined) return resolvePath(String(target));
  if (url.protocol === "file:") return fileURLToPath(url);
  throw new Error(
    `Cannot write ${displayUrl(url)}: only local paths and file: URLs can be written`,
  );
}

/** Finds `source`; of a folder, the files beneath it that end in one of `extensions`.
 *
 * @throws {Error} where nothing is there, with the nearest name, or the scheme is unknown. */
export async function locate(
  source: string | URL,
  extensions: readonly string[],
  options: LocateOptions = {},
): Promise<Source> {
  const name = String(source);
  const url = isGsPath(source) ? undefined : urlOf(source);
  const open = url && SCHEMES[url.protocol];
  if (url && !open) throw unknownScheme(url);
  const { found, temporary } = isGsPath(source)
    ? await inBucket(source, options, extensions)
    : url && open
    ? await open(url, options, extensions)
    : { found: await localFiles(resolvePath(name), name, extensions), temporary: undefined };
  const source_ = {
    name: url ? displayUrl(url) : name,
    [Symbol.asyncDispose]: async () => {
      if (temporary !== undefined) await Deno.remove(temporary, { recursive: true });
    },
  };
  try {
    const files = await Promise.all(found.map(sourceFile));
    return { ...source_, files: files as [SourceFile, ...SourceFile[]] };
  } catch (failure) {
    await source_[Symbol.asyncDispose]();
    throw failure;
  }
}

/** A URL where the text has a scheme; `C:\…` is a path. */
function urlOf(source: string | URL): URL | undefined {
  if (source instanceof URL) return source;
  if (typeof source !== "string") {
    throw new TypeError(
      `Cannot read or write a file: its path is ${source}, not a string or a URL`,
    );
  }
  if (source === "") throw new Error("Cannot read or write a file whose path is empty");
  if (!/^[a-z][a-z0-9+.-]+:\/\//i.test(source) && !source.startsWith("file:")) return undefined;
  if (URL.canParse(source)) return new URL(source);
  throw new Error(`Cannot read ${source}: it is not a valid URL`);
}

function unknownScheme(url: URL): Error {
  const known = [...Object.keys(SCHEMES), "gs:"].map((scheme) => scheme.slice(0, -1));
  return new Error(
    `Cannot read ${displayUrl(url)}: ${url.protocol}// is not known; give a path or a URL with ${
      known.join(", ")
    }`,
  );
}

async function downloaded(url: URL, { http }: LocateOptions) {
  const temporary = newTempPath("download");
  const path = join(temporary, basename(url.pathname) || "download");
  try {
    await Deno.mkdir(temporary, { recursive: true });
    const { download } = await import("../http/download.ts");
    await download(url, path, http);
  } catch (failure) {
    await Deno.remove(temporary, { recursive: true }).catch(() => {});
    throw explained(failure, `Cannot download ${displayUrl(url)} into ${temporary}`);
  }
  return { found: [{ path, name: displayUrl(url), partitioned: "" }], temporary };
}

/** Names of objects may hold what a URL sets apart, so that the path is taken as it is written. */
async function inBucket(
  source: string | URL,
  { profile, retry }: LocateOptions,
  extensions: readonly string[],
) {
  const { fetchObjects } = await import("../gcs/fetch_objects.ts");
  return await fetchObjects(source, extensions, { profile, retry });
}

async function localFiles(
  path: string,
  name: string,
  extensions: readonly string[],
): Promise<Found[]> {
  const info = await statOf(path, name);
  if (info === undefined && isGlob(name)) return await globbed(path, name);
  if (info === undefined) throw await missing(path, name);
  if (!info.isDirectory) return [{ path, name, partitioned: name }];
  const all = await Promise.all(extensions.map((ending) => expandGlob(path, `**/*${ending}`)));
  const found = all.flat().filter((file) => !/[/\\][._][^=/\\]*$/.test(file)).sort();
  if (found.length === 0) {
    throw new Error(
      `Cannot read ${name}: it is a folder without a file that ends in ${extensions.join(" or ")}`,
    );
  }
  return found.map((file) => named(file, path, name));
}

async function globbed(path: string, name: string): Promise<Found[]> {
  const parts = path.split("/");
  const first = parts.findIndex(isGlob);
  const root = parts.slice(0, first).join("/") || "/";
  const found = await expandGlob(root, parts.slice(first).join("/"));
  if (found.length === 0) {
    throw new Error(`Cannot read ${name}: no file matches, looking from ${root}`);
  }
  const written = name.split("/");
  const nameRoot = written.slice(0, written.findIndex(isGlob)).join("/");
  return found.map((file) => named(file, root, nameRoot));
}

function named(file: string, root: string, name: string): Found {
  const rest = file.slice(root.endsWith("/") ? root.length : root.length + 1);
  const full = name === "" ? rest : join(name, rest);
  return { path: file, name: full, partitioned: full };
}

async function statOf(path: string, name: string): Promise<Deno.FileInfo | undefined> {
  try {
    await recoverDataset(path);
    return await Deno.stat(path);
  } catch (failure) {
    if (failure instanceof Deno.errors.NotFound) return undefined;
    throw explained(failure, `Cannot read ${name}`);
  }
}

async function missing(path: string, name: string): Promise<Error> {
  const folder = dirname(path);
  try {
    const names = (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name);
    if (names.includes(basename(path))) {
      return new Error(`Cannot read ${name}: it is a symbolic link to what is not there`);
    }
    const near = suggestion(basename(path), names);
    return new Error(`Cannot read ${name}: no such file in ${folder}${near}`);
  } catch {
    return new Error(`Cannot read ${name}: its folder ${folder} does not exist`);
  }
}

async function sourceFile({ path, name, partitioned }: Found): Promise<SourceFile> {
  try {
    // What may not be read is named by its own path, not by that of a link to it.
    const info = await Deno.stat(await Deno.realPath(path));
    refuseSpecial(info, `Cannot read ${name}`);
    using file = await Deno.open(path);
    const buffer = new Uint8Array(64);
    const head = buffer.subarray(0, await file.read(buffer) ?? 0);
    const partitions = partitionsOf(partitioned);
    return {
      path,
      name,
      size: info.size,
      head,
      partitions,
      compression: compressionOf(name, head),
    };
  } catch (failure) {
    throw explained(failure, `Cannot read ${name}`);
  }
}
