/** What every writer refuses before it opens anything. @module */
import { checkTable } from "../table/check_table.ts";

const WAYS: readonly unknown[] = ["fail", "replace", "append"];

/** Lets a table pass, and a way to write that there is.
 *
 * @param target as messages name it
 * @throws {TypeError} at what is no table, or another `ifExists`
 * @example
 * ```ts
 * import { tableFromArrays } from "apache-arrow";
 * import { checkWrite } from "./check_write.ts";
 * checkWrite(tableFromArrays({ n: [1] }), "out.csv", "replace");
 * ``` */
export function checkWrite(data: unknown, target: unknown, ifExists: unknown): void {
  checkTable(data, `write ${target}`);
  checkIfExists(target, ifExists, WAYS);
}

/** Any other word would be taken for one of `ways`, and what stands at the target be lost.
 *
 * @throws {TypeError} at one. */
export function checkIfExists(target: unknown, ifExists: unknown, ways: readonly unknown[]): void {
  if (ifExists === undefined || ways.includes(ifExists)) return;
  const known = ways.map((way) => JSON.stringify(way)).join(", ").replace(/, ([^,]*)$/, " or $1");
  throw new TypeError(
    `Cannot write ${target}: ifExists is ${JSON.stringify(ifExists)}; give ${known}`,
  );
}
