/** Which format a file's name says. @module */

/** The ending that says what is in a file, without that of its compression: `.csv` of `a.csv.gz`; empty
 *  where there is none.
 *
 * @example
 * ```ts
 * import { formatEnding } from "./format_ending.ts";
 * console.log(formatEnding("trips/2024.01.CSV.gz")); // .csv
 * ``` */
export function formatEnding(name: string): string {
  const plain = name.replace(/\/+$/, "").replace(/\.(gz|zst)$/i, "");
  const [ending = ""] = /(?<=[^/])\.[^./]*$/.exec(plain) ?? [];
  return ending.toLowerCase();
}
