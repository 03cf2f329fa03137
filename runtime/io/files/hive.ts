/** Hive partitions: the columns that stand in a dataset's folder names, as `year=2021/month=01`.
 *  @module */

/** What stands for null in a folder's name. */
const NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__";

/** One `key=value` folder, decoded. */
export interface Partition {
  /** As the folder's name spells it, percent-encoded. */
  readonly encoded: string;
  readonly column: string;
  readonly value: string | null;
}

/** The partitions in a path's folders, its file name aside.
 *
 * @example
 * ```ts
 * import { partitionsOf } from "./hive.ts";
 * partitionsOf("city=S%C3%A3o/part-0.parquet"); // [{ encoded: "city", column: "city", value: "São" }]
 * ``` */
export function partitionsOf(path: string): Partition[] {
  return path.split("/").slice(0, -1).flatMap((folder) => {
    const at = folder.indexOf("=");
    if (at < 1) return [];
    const [encoded, value] = [folder.slice(0, at), folder.slice(at + 1)];
    return [{
      encoded,
      column: decoded(encoded),
      value: value === NULL_PARTITION ? null : decoded(value),
    }];
  });
}

/** The folder of a column's value, given as SQL writes it: percent-encoded but for letters, digits and `-_.~`.
 *
 * @example
 * ```ts
 * import { partitionFolder } from "./hive.ts";
 * partitionFolder("city", "São/Centro"); // "city=S%C3%A3o%2FCentro"
 * ``` */
export function partitionFolder(column: string, value: string | null): string {
  return `${encoded(column)}=${value === null ? NULL_PARTITION : encoded(value)}`;
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
