/** What a query's template becomes: SQL text with named parameters, and the values bound to them. @module */
import { Table as ArrowTable } from "apache-arrow";
import type { SqlIdentifier, SqlValue } from "../../table/sql_value.ts";
import { type Table, TableStream } from "../../table/table.ts";
import { type QueryParameter, queryParameter } from "./parameter.ts";

/** What `${…}` in a query may hold: a value, which is bound, a name made by `ident`, or a table, which is
 *  staged for the time of the query. */
export type BigQueryValue = SqlValue | SqlIdentifier | Table<unknown> | TableStream<unknown>;

/** A query as BigQuery wants it. */
export interface QueryText {
  /** The SQL, once the staged tables have names. */
  text(names: ReadonlyMap<object, string>): string;
  readonly parameters: readonly QueryParameter[];
  readonly tables: readonly (Table<unknown> | TableStream<unknown>)[];
}

/** Names the template's values; identifiers become part of the text.
 *
 * @throws {TypeError} at a value that BigQuery cannot be given. */
export function queryText(
  strings: readonly string[],
  values: readonly BigQueryValue[],
): QueryText {
  const parameters: QueryParameter[] = [];
  const tables = new Set<Table<unknown> | TableStream<unknown>>();
  const parts: (string | object)[] = [strings[0] ?? ""];
  values.forEach((value, index) => {
    if (value instanceof ArrowTable || value instanceof TableStream) {
      tables.add(value);
      parts.push(value);
    } else if (isIdentifier(value)) parts.push(quoteName(value.parts));
    else {
      const name = `sluice_${parameters.length + 1}`;
      parameters.push(queryParameter(name, value, index + 1));
      parts.push(`@${name}`);
    }
    parts.push(strings[index + 1] ?? "");
  });
  return {
    parameters,
    tables: [...tables],
    text: (names) =>
      parts.map((part) => typeof part === "string" ? part : names.get(part)!).join(""),
  };
}

/** A name as BigQuery's SQL has it: `` `dataset`.`table` ``.
 *
 * @throws {Error} at a name that cannot be quoted. */
export function quoteName(parts: readonly string[]): string {
  return parts.map((part) => {
    if (/[`\\\0]/.test(part)) {
      throw new Error(
        `a name in BigQuery has no backtick and no backslash: ${JSON.stringify(part)}`,
      );
    }
    return `\`${part}\``;
  }).join(".");
}

function isIdentifier(value: unknown): value is SqlIdentifier {
  return typeof value === "object" && value !== null &&
    Array.isArray((value as SqlIdentifier).parts);
}
