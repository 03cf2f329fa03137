/** The error for a column that a table does not have. @module */
import type { Schema } from "apache-arrow";
import { suggestion } from "./nearest.ts";

/** Where the column stands in the table.
 *
 * @param action what could not be done, such as "select"
 * @throws {Error} with the nearest name and all columns, where there is none of that name */
export function columnIndex(schema: Schema, name: string, action: string): number {
  const names = schema.fields.map((field) => field.name);
  const index = names.indexOf(name);
  if (index >= 0) return index;
  const has = names.length === 0 ? "none" : names.join(", ");
  const near = suggestion(name, names);
  throw new Error(
    `Cannot ${action} column \`${name}\`: the table has no such column${near}${
      near === "" ? ";" : ""
    } its columns: ${has}`,
  );
}

/** Refuses two columns of one name. */
export function refuseTwice(names: readonly string[], action: string): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new Error(`Cannot ${action}: two columns would be named \`${twice}\``);
  }
}
