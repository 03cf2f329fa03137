/** The table that a write goes into: its name, whether it is there, its columns. @module */
import type { Client } from "pg";
import type { PgType } from "./column_type.ts";
import { Oid } from "./oids.ts";
import { ident, Identifier } from "./sql_text.ts";

/** Postgres cuts longer names off, which could hit another table. */
const MOST_NAME_BYTES = 63;

/** Where a write goes. */
export interface TargetName {
  readonly schema: string;
  readonly table: string;
  /** As messages have it. */
  readonly text: string;
  /** As SQL has it. */
  readonly sql: string;
}

/** A column of a table that exists. */
export interface TargetColumn {
  readonly name: string;
  readonly type: PgType;
  /** Whether a row may leave it out. */
  readonly isOptional: boolean;
  /** Whether it is computed and cannot be written. */
  readonly isGenerated: boolean;
}

/** A table that exists. */
export interface Target {
  readonly oid: number;
  readonly isPartitioned: boolean;
  readonly columns: readonly TargetColumn[];
}

/** Splits `schema.table`; a bare name takes `defaultSchema`. */
export function targetName(name: string, defaultSchema: string): TargetName {
  const { parts } = ident(name);
  const [schema, table] = parts.length === 1 ? [defaultSchema, parts[0]] : parts;
  if (parts.length > 2 || schema === undefined || table === undefined) {
    throw new Error(`Cannot write to \`${name}\`: write \`table\` or \`schema.table\``);
  }
  for (const part of [schema, table]) refuseLongName(part);
  return {
    schema,
    table,
    text: `${schema}.${table}`,
    sql: new Identifier([schema, table]).toString(),
  };
}

/** @throws {Error} at a name that Postgres would cut off. */
export function refuseLongName(name: string): void {
  const bytes = new TextEncoder().encode(name).length;
  if (bytes <= MOST_NAME_BYTES) return;
  throw new Error(
    `Postgres cuts names at ${MOST_NAME_BYTES} bytes, \`${name}\` has ${bytes}; shorten it`,
  );
}

const KINDS: Readonly<Record<string, string>> = {
  v: "a view",
  m: "a materialized view",
  i: "an index",
  S: "a sequence",
  c: "a type",
  f: "a foreign table",
};

/** The table as it stands, or undefined.
 *
 * @throws {Error} when the name belongs to something that is no table. */
export async function findTarget(client: Client, name: TargetName): Promise<Target | undefined> {
  const { rows: [found] } = await client.query(
    `select c.oid::int8::text as oid, c.relkind as kind from pg_class c
     join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2`,
    [name.schema, name.table],
  );
  if (!found) return undefined;
  if (KINDS[found.kind]) {
    throw new Error(`Cannot write to ${name.text}: it is ${KINDS[found.kind]}, not a table`);
  }
  const { rows } = await client.query(COLUMNS, [found.oid]);
  return { oid: Number(found.oid), isPartitioned: found.kind === "p", columns: rows.map(columnOf) };
}

/** Domains are followed down to the type they are made of, arrays to their elements. */
const COLUMNS = `
with recursive base as (
  select a.attnum, a.attname, a.atttypid as oid, a.atttypmod as modifier,
    not a.attnotnull or a.atthasdef or a.attidentity <> '' as is_optional,
    a.attgenerated <> '' as is_generated
  from pg_attribute a where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
  union all
  select b.attnum, b.attname, t.typbasetype, greatest(b.modifier, t.typtypmod), b.is_optional, b.is_generated
  from base b join pg_type t on t.oid = b.oid where t.typtype = 'd'
)
select b.attname as name, b.oid::int8::text as oid, b.modifier, b.is_optional, b.is_generated,
  format_type(b.oid, b.modifier) as sql, t.typtype as kind, t.typcategory as category,
  e.oid::int8::text as element_oid, format_type(e.oid, null) as element_sql, e.typtype as element_kind,
  e.typcategory as element_category
from base b join pg_type t on t.oid = b.oid
left join pg_type e on t.typcategory = 'A' and e.oid = t.typelem
where t.typtype <> 'd' order by b.attnum`;

interface ColumnRow {
  readonly name: string;
  readonly oid: string;
  readonly modifier: number;
  readonly is_optional: boolean;
  readonly is_generated: boolean;
  readonly sql: string;
  readonly kind: string;
  readonly category: string;
  readonly element_oid: string | null;
  readonly element_sql: string;
  readonly element_kind: string;
  readonly element_category: string;
}

function columnOf(row: ColumnRow): TargetColumn {
  const type = typeOf(Number(row.oid), row.sql, row.kind, row.category, row.modifier);
  const element = row.element_oid === null ? undefined : typeOf(
    Number(row.element_oid),
    row.element_sql,
    row.element_kind,
    row.element_category,
    row.modifier,
  );
  return {
    name: row.name,
    type: element ? { ...type, family: "array", element } : type,
    isOptional: row.is_optional,
    isGenerated: row.is_generated,
  };
}

/** Single-byte "char" counts as a string to Postgres, but takes no text. */
function typeOf(
  oid: number,
  sql: string,
  kind: string,
  category: string,
  modifier: number,
): PgType {
  if (oid === Oid.jsonb) return { oid, sql, family: "jsonb" };
  const isText = oid === Oid.json || kind === "e" || (category === "S" && oid !== Oid.char);
  const digits = oid === Oid.numeric && modifier >= 4
    ? {
      precision: ((modifier - 4) >> 16) & 0xffff,
      scale: (((modifier - 4) & 0x7ff) ^ 1024) - 1024,
    }
    : undefined;
  return { oid, sql, family: isText ? "text" : "plain", ...(digits ? { digits } : {}) };
}
