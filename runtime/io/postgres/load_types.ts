/** Looks up the types that are not built in: enums, arrays, strings of extensions. @module */
import type { Client } from "pg";
import type { CatalogType } from "./decode/result_type.ts";
import { Oid } from "./oids.ts";

const BUILT_IN: ReadonlySet<number> = new Set(Object.values(Oid));

const QUERY = `
select t.oid::int8::text as oid, format_type(t.oid, null) as name, t.typtype as kind,
  t.typcategory as category, t.typelem::int8::text as element
from pg_type t
where t.oid = any ($1::oid[])
  or t.oid in (select a.typelem from pg_type a where a.oid = any ($1::oid[]))`;

/** Adds those of `oids` that are new to the catalogue; tells whether it had to ask. */
export async function loadTypes(
  catalog: Map<number, CatalogType>,
  client: Client,
  oids: readonly number[],
): Promise<boolean> {
  const unknown = oids.filter((oid) => !BUILT_IN.has(oid) && !catalog.has(oid));
  if (unknown.length === 0) return false;
  const { rows } = await client.query(QUERY, [unknown]);
  for (const { oid, name, kind, category, element } of rows) {
    const elementOid = category === "A" ? Number(element) : 0;
    catalog.set(Number(oid), { name, kind, category, elementOid });
  }
  return true;
}
