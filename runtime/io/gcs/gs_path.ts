/** Names of objects: `gs://bucket/folder/name`. @module */

/** An object, or a folder of objects, in a bucket. */
export interface GsPath {
  readonly bucket: string;
  /** Without a `/` at its start; as it is, never percent-encoded. */
  readonly name: string;
}

/** Whether a path is one in a bucket. */
export function isGsPath(path: string | URL): boolean {
  return path instanceof URL ? path.protocol === "gs:" : /^gs:\/\//i.test(path);
}

/** The parts of `gs://bucket/name`. A URL object is decoded, a text is taken as it stands, for `?`, `#` and
 *  `%` may be in names.
 *
 * @throws {Error} where there is no bucket
 * @example
 * ```ts
 * import { gsPath } from "./gs_path.ts";
 * gsPath("gs://trips/2024/a.csv"); // { bucket: "trips", name: "2024/a.csv" }
 * ``` */
export function gsPath(path: string | URL): GsPath {
  const text = path instanceof URL ? decodeURIComponent(path.href) : path;
  const [, bucket = "", name = ""] = /^gs:\/\/([^/]*)\/?([^]*)$/i.exec(text) ?? [];
  if (bucket === "") {
    throw new Error(`Cannot find a bucket in ${text}; write gs://bucket/folder/name`);
  }
  return { bucket, name };
}

/** The path as messages and results name it. */
export function gsText({ bucket, name }: GsPath): string {
  return `gs://${bucket}/${name}`;
}
