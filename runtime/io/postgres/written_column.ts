/** The columns that a write is about to send. @module */
import type { Field } from "apache-arrow";
import type { Table, TableStream } from "../../table/table.ts";
import { createdType, type PgType } from "./column_type.ts";
import { quoteIdentifier } from "./sql_text.ts";
import { refuseLongName } from "./target.ts";

/** One column to be written. */
export interface WrittenColumn {
  readonly name: string;
  readonly field: Field;
  /** As a new table has it. */
  readonly created: PgType;
}

/** The columns of `data` and the types that a new table has for them.
 *
 * @throws {Error} at a name that Postgres cannot have, {TypeError} at a type. */
export function writtenColumns(
  data: Table<unknown> | TableStream<unknown>,
  target: { readonly text: string },
): WrittenColumn[] {
  const columns = data.schema.fields.map((field: Field) => ({
    name: field.name,
    field,
    created: createdType(field),
  }));
  refuseNames(target, columns);
  return columns;
}

/** The statement that makes a table with these columns. */
export function createStatement(sql: string, columns: readonly WrittenColumn[]): string {
  const list = columns.map(({ name, created }) => `${quoteIdentifier(name)} ${created.sql}`);
  return `create table ${sql} (${list.join(", ")})`;
}

function refuseNames(target: { readonly text: string }, columns: readonly WrittenColumn[]): void {
  if (columns.length === 0) {
    throw new Error(`Cannot write to ${target.text}: the table has no columns`);
  }
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (name === "") {
      throw new Error(`Cannot write to ${target.text}: a column has no name; rename it`);
    }
    if (seen.has(name)) {
      throw new Error(
        `Cannot write to ${target.text}: two columns are called \`${name}\`; rename one`,
      );
    }
    refuseLongName(name);
    seen.add(name);
  }
}
