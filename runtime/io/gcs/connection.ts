/** What `gcs()` gives a cell. @module */
import { atFirstUse } from "../../context/at_first_use.ts";
import { currentScope } from "../../context/scope.ts";
import type { Table, UnknownRow } from "../../table/table.ts";
import { checkIfExists } from "../check_write.ts";
import type { Rows } from "../files/copy_to.ts";
import { alreadyThere } from "../files/already_there.ts";
import { formatEnding } from "../files/format_ending.ts";
import { isGlob } from "../files/glob.ts";
import { readArrow, readCsv, readJson, readParquet } from "../files/readers.ts";
import type { BucketOptions, FileWriteOptions, FileWritten } from "../files/write_file.ts";
import { writeArrow, writeCsv, writeJson, writeParquet } from "../files/writers.ts";
import { type GsPath, gsPath, gsText, isGsPath } from "./gs_path.ts";
import type { GsObject } from "./objects.ts";
import type { RetryOptions, StorageClient } from "./storage_client.ts";
import { StorageError } from "./storage_error.ts";

const serving = atFirstUse(() => import("./storage_client.ts"));
const objects = atFirstUse(() => import("./objects.ts"));
const finding = atFirstUse(() => import("./find_objects.ts"));
const uploading = atFirstUse(() => import("./upload.ts"));

export type { GsObject, RetryOptions };

/** Bytes, or a text, or a stream of bytes. */
export type Content = string | Uint8Array | AsyncIterable<Uint8Array>;

/** What became of an upload of bytes. */
export interface Uploaded {
  readonly bytes: number;
  /** As `gs://bucket/name`. */
  readonly path: string;
}

/** The Cloud Storage of a profile. Paths are `gs://bucket/name`, or names in the profile's `GOOGLE_BUCKET`.
 *
 * @param profile the profile in io_config.yaml; without it the one that `--profile` names, or `default`
 * @example
 * ```ts
 * import { gcs } from "sluice";
 *
 * async function newest(folder: string) {
 *   const objects = await gcs("dev").list(`${folder}/*.parquet`);
 *   return objects.toSorted((a, b) => b.updated.getTime() - a.updated.getTime())[0];
 * }
 * ``` */
export function gcs(profile?: string, retry: RetryOptions = {}): GcsConnection {
  return new GcsConnection(profile ?? currentScope()?.profile ?? "default", retry);
}

/** Buckets, by profile. */
export class GcsConnection {
  readonly profile: string;
  readonly #retry: RetryOptions;

  constructor(profile: string, retry: RetryOptions = {}) {
    this.profile = profile;
    this.#retry = retry;
  }

  /** The objects below a folder, or those that a pattern matches, sorted by name; none where there are none.
   *
   * @throws {StorageError} where the bucket is missing or may not be read */
  async list(path = ""): Promise<GsObject[]> {
    const client = await this.#client();
    const where = pathIn(client, path);
    const doing = `Cannot list ${gsText(where)}`;
    if (isGlob(where.name)) return await (await finding()).matchObjects(client, where, doing);
    const name = where.name === "" || where.name.endsWith("/") ? where.name : `${where.name}/`;
    return await (await objects()).listObjects(client, { ...where, name }, doing);
  }

  /** Reads an object, a pattern's or a dataset's, in the format that its name ends in. */
  async read<Row = UnknownRow>(path: string): Promise<Table<Row>> {
    const client = await this.#client();
    const where = pathIn(client, path);
    const { findObjects } = await finding();
    const [first] = await findObjects(client, where, [
      ".parquet",
      ".csv",
      ".csv.gz",
      ".json",
      ".arrow",
    ]);
    const options = { profile: this.profile, retry: this.#retry };
    const source = gsText(where);
    return await readAs(formatEnding(first!.name), source, options) as Table<Row>;
  }

  /** Writes a table in the format that the name ends in.
   *
   * @throws {Error} where the object exists and `ifExists` is not given */
  async write(table: Rows, path: string, options: FileWriteOptions = {}): Promise<FileWritten> {
    const target = gsText(pathIn(await this.#client(), path));
    return await writeAs(table, target, { profile: this.profile, retry: this.#retry, ...options });
  }

  /** Writes bytes as they are; a stream is not held in memory.
   *
   * @throws {Error} where the object exists and `ifExists` is not given */
  async upload(
    content: Content,
    path: string,
    { ifExists = "fail", createBucket = false }: Pick<BucketOptions, "createBucket"> & {
      readonly ifExists?: "fail" | "replace";
    } = {},
  ): Promise<Uploaded> {
    checkIfExists(path, ifExists, ["fail", "replace"]);
    const client = await this.#client();
    const target = pathIn(client, path);
    const doing = `Cannot write ${gsText(target)}`;
    const [{ requireBucket, statObject }, { upload }] = await Promise.all([objects(), uploading()]);
    await requireBucket(client, target.bucket, doing, { create: createBucket });
    const mustBeNew = ifExists === "fail";
    if (mustBeNew && await statObject(client, target, doing)) throw alreadyThere(gsText(target));
    try {
      const { size } = await upload(
        client,
        target,
        chunksOf(content),
        mustBeNew ? { ifGeneration: "0" } : {},
      );
      return { bytes: size, path: gsText(target) };
    } catch (failure) {
      if (mustBeNew && failure instanceof StorageError && failure.status === 412) {
        throw alreadyThere(gsText(target));
      }
      throw failure;
    }
  }

  /** Deletes an object, or all that a pattern matches.
   *
   * @returns how many
   * @throws {StorageError} where it is not there, or is a folder: name its objects by a pattern */
  async delete(path: string): Promise<number> {
    const client = await this.#client();
    const where = pathIn(client, path);
    const doing = `Cannot delete ${gsText(where)}`;
    const [{ deleteObject, statObject }, { matchObjects }] = await Promise.all([
      objects(),
      finding(),
    ]);
    const one = await statObject(client, where, doing);
    const found = one ? [one] : isGlob(where.name) ? await matchObjects(client, where, doing) : [];
    if (found.length === 0 && !isGlob(where.name)) {
      throw new StorageError(
        `${doing}: there is no such object; a folder's are named by a pattern, as ${
          gsText(where)
        }/**`,
        404,
        "nothing",
      );
    }
    for (const object of found) await deleteObject(client, object, object.generation);
    return found.length;
  }

  /** Tries whether Cloud Storage is there and takes the credentials.
   *
   * @throws {ConnectionError} where it does not */
  async check(): Promise<void> {
    const client = await this.#client();
    const { profile, bucket } = client.profile;
    const answer = await client.request(`/storage/v1/b/${bucket ?? "sluice"}`, {
      doing: `Cannot connect to Cloud Storage (profile ${profile})`,
      // whether this bucket is there and may be looked at is for its user to say
      accept: [403, 404],
    });
    await answer.body?.cancel();
  }

  async #client(): Promise<StorageClient> {
    const { storageClient } = await serving();
    return await storageClient(this.profile, this.#retry);
  }
}

function pathIn({ profile }: StorageClient, path: string): GsPath {
  if (isGsPath(path)) return gsPath(path);
  if (profile.bucket !== undefined) return { bucket: profile.bucket, name: path };
  throw new Error(
    `Cannot find \`${path}\` in Cloud Storage: profile ${profile.profile} names no bucket; write gs://bucket/${path}, or set GOOGLE_BUCKET in ${
      profile.at("GOOGLE_BUCKET")
    }`,
  );
}

async function* chunksOf(content: Content): AsyncGenerator<Uint8Array> {
  if (typeof content === "string") yield new TextEncoder().encode(content);
  else if (content instanceof Uint8Array) yield content;
  else yield* content;
}

async function readAs(
  ending: string,
  source: string,
  options: BucketOptions,
): Promise<Table<unknown>> {
  switch (ending) {
    case ".csv":
    case ".tsv":
      return await readCsv(source, options);
    case ".json":
    case ".ndjson":
    case ".jsonl":
      return await readJson(source, options);
    case ".arrow":
    case ".arrows":
    case ".feather":
      return await readArrow(source, options);
    case ".parquet":
    case ".pq":
      return await readParquet(source, options);
  }
  throw unknownFormat("read", source, ending);
}

async function writeAs(
  table: Rows,
  target: string,
  options: FileWriteOptions,
): Promise<FileWritten> {
  const ending = formatEnding(target);
  switch (ending) {
    case ".csv":
    case ".tsv":
      return await writeCsv(table, target, options);
    case ".json":
    case ".ndjson":
    case ".jsonl":
      return await writeJson(table, target, options);
    case ".arrow":
    case ".arrows":
    case ".feather":
      return await writeArrow(table, target, options);
    case ".parquet":
    case ".pq":
      return await writeParquet(table, target, options);
  }
  throw unknownFormat("write", target, ending);
}

function unknownFormat(verb: string, path: string, ending: string): Error {
  return new Error(
    `Cannot ${verb} ${path}: ${
      ending ? `the ending ${ending} names` : "its name names"
    } no format; end it in .parquet, .csv, .json, .ndjson or .arrow`,
  );
}
