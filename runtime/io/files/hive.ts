/** Hive partitions: the columns that stand in a dataset's folder names, as `year=2021/month=01`.
 *  @module */

/** What stands for null in a folder's name. */
export const NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__";

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

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
