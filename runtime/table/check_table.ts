/** Refuses what is no table where one is meant: a run executes a notebook whether or not its types are
 *  right, and the most common slip is a reader without `await`. @module */
import { TableStream } from "./table.ts";

/** Lets a Table or a TableStream pass.
 *
 * @param doing what cannot be done without one: `filter`, `write out.csv`
 * @throws {TypeError} at anything else, by what it is
 * @example
 * ```ts
 * import { checkTable } from "./check_table.ts";
 * try {
 *   checkTable(Promise.resolve(), "filter");
 * } catch (error) {
 *   console.log(String(error)); // TypeError: Cannot filter: it got a Promise, not a table; await it first
 * }
 * ``` */
export function checkTable(value: unknown, doing: string): void {
  if (value instanceof TableStream || isTable(value)) return;
  throw new TypeError(`Cannot ${doing}: it got ${kindOf(value)}, not a table${mend(value)}`);
}

/** Tables of another copy of apache-arrow are tables too. */
function isTable(value: unknown): boolean {
  const { schema, batches } = (value ?? {}) as { schema?: { fields?: unknown }; batches?: unknown };
  return Array.isArray(schema?.fields) && Array.isArray(batches);
}

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "an array";
  if (typeof value !== "object") return `a ${typeof value}`;
  const name = value.constructor?.name ?? "Object";
  return name === "Object" ? "an object" : `a ${name}`;
}

function mend(value: unknown): string {
  if (value instanceof Promise) return "; await it first";
  return Array.isArray(value) ? "; make one of its rows with tableFromRows" : "";
}
