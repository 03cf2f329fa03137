/** What a query's template becomes: SQL text with numbered parameters, and the values bound to them. @module */
import { Table as ArrowTable } from "apache-arrow";
import { identifierText, type SqlIdentifier, type SqlValue } from "../../table/sql_value.ts";
import { type Table, TableStream } from "../../table/table.ts";

/** A name that stands in SQL as itself, quoted. */
export class Identifier implements SqlIdentifier {
  readonly parts: readonly string[];

  constructor(parts: readonly string[]) {
    this.parts = parts;
  }

  /** The name as SQL has it: each part in double quotes. */
  toString(): string {
    return this.parts.map(quoteIdentifier).join(".");
  }
}

/** A table's or column's name for `${…}` in SQL, split at the dot and quoted.
 *
 * @example
 * ```ts
 * console.log(String(ident("ny_taxi.yellow_cab_data"))); // "ny_taxi"."yellow_cab_data"
 * ``` */
export function ident(name: string): Identifier {
  const parts = name.split(".");
  if (parts.some((part) => part === "")) {
    throw new Error(`\`${name}\` is no name: write \`table\` or \`schema.table\``);
  }
  return new Identifier(parts);
}

/** One part of a name, as it is written in SQL. */
export function quoteIdentifier(part: string): string {
  if (part.includes("\0")) {
    throw new Error(`a name in SQL has a NUL character: ${JSON.stringify(part)}`);
  }
  return `"${part.replaceAll('"', '""')}"`;
}

/** What `${…}` in a query may hold: a value, which is bound, a name made by `ident`, or a table, which is
 *  sent to the server for the time of the query. */
export type QueryValue = SqlValue | SqlIdentifier | Table<unknown> | TableStream<unknown>;

/** A query as the protocol wants it. */
export interface QueryText {
  readonly text: string;
  /** Strings stand for themselves, bytes for binary, null for null. */
  readonly values: readonly (string | Uint8Array | null)[];
  /** Tables that stand in the text under these names, as SQL has them. */
  readonly tables: ReadonlyMap<Table<unknown> | TableStream<unknown>, string>;
}

/** Numbers the template's values; identifiers become part of the text.
 *
 * @throws {TypeError} at a value that Postgres cannot be given. */
export function queryText(
  strings: readonly string[],
  values: readonly QueryValue[],
): QueryText {
  let text = strings[0] ?? "";
  const bound: (string | Uint8Array | null)[] = [];
  const tables = new Map<Table<unknown> | TableStream<unknown>, string>();
  values.forEach((value, index) => {
    if (value instanceof ArrowTable || value instanceof TableStream) {
      const name = tables.get(value) ?? `pg_temp.sluice_table_${tables.size + 1}`;
      tables.set(value, name);
      text += name;
    } else {text += identifierText(value) ??
        `$${bound.push(parameter(value as SqlValue, index + 1))}`;}
    text += strings[index + 1] ?? "";
  });
  return { text, values: bound, tables };
}

function parameter(value: SqlValue, index: number): string | Uint8Array | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Uint8Array) return value;
  return literal(value, index);
}

/** The value as Postgres reads it from text; the query's place for it decides the type. */
function literal(value: Exclude<SqlValue, null | undefined>, index: number): string {
  switch (typeof value) {
    case "string":
      return withoutNul(value, index);
    case "number":
    case "bigint":
    case "boolean":
      return String(value);
  }
  if (value instanceof Uint8Array) return `\\x${value.toHex()}`;
  if (value instanceof Date) {
    if (!Number.isNaN(value.getTime())) return value.toISOString();
    throw new TypeError(`Cannot use value ${index} in SQL: it is an invalid Date`);
  }
  if (value instanceof Temporal.ZonedDateTime) return value.toInstant().toString();
  if (isTemporal(value)) return value.toString();
  if (Array.isArray(value)) return arrayLiteral(value, index);
  const seen = (value as object).constructor?.name ?? "an object";
  throw new TypeError(
    `Cannot use value ${index} in SQL: it is ${seen}; give a string, number, bigint, boolean, Date, Temporal ` +
      "value, Uint8Array, null, an array of these, a table or `ident(…)`",
  );
}

function isTemporal(value: object): boolean {
  return value instanceof Temporal.Instant || value instanceof Temporal.PlainDate ||
    value instanceof Temporal.PlainDateTime || value instanceof Temporal.PlainTime;
}

function arrayLiteral(values: readonly SqlValue[], index: number): string {
  const items = values.map((value) => {
    if (value === null || value === undefined) return "null";
    const text = literal(value, index);
    return Array.isArray(value) ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
  });
  return `{${items.join(",")}}`;
}

function withoutNul(value: string, index: number): string {
  if (!value.includes("\0")) return value;
  throw new TypeError(
    `Cannot use value ${index} in SQL: it has a NUL character, which Postgres cannot keep`,
  );
}
