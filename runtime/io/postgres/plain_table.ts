/** Whether a table may make room for a new one of its shape without anything being lost. @module */
import type { Client } from "pg";
import type { Target } from "./target.ts";

/** Whether the table is no more than its columns: nothing hangs on it or is set for it that a new table of the
 *  same columns would lack: no grants, indexes, constraints, defaults, views, triggers, policies, partitions,
 *  comments, options; and whether it is the user's own. */
export async function isPlain(client: Client, target: Target): Promise<boolean> {
  const { rows: [{ plain }] } = await client.query(PLAIN, [target.oid]);
  return plain;
}

/** Constraints, defaults, indexes, triggers, rules, policies, publications and extended statistics are all found
 *  by what they depend on (https://www.postgresql.org/docs/current/catalog-pg-depend.html). */
const PLAIN = `
select c.relkind = 'r' and c.relpersistence = 'p' and not c.relispartition and c.reloftype = 0
    and c.relowner = (select oid from pg_roles where rolname = current_user)
    and c.relacl is null and c.reloptions is null and c.reltablespace = 0 and c.relreplident = 'd'
    and not c.relrowsecurity and not c.relforcerowsecurity
    and c.relam = (select oid from pg_am where amname = current_setting('default_table_access_method'))
    and current_setting('default_tablespace') = ''
    and not exists (select from pg_default_acl where defaclobjtype = 'r')
    and not exists (select from pg_inherits where $1 in (inhrelid, inhparent))
    and not exists (select from pg_description where classoid = 'pg_class'::regclass and objoid = c.oid)
    and not exists (select from pg_seclabel where classoid = 'pg_class'::regclass and objoid = c.oid)
    and not exists (
      select from pg_depend d
      where (d.refclassid = 'pg_class'::regclass and d.refobjid = c.oid and d.deptype <> 'i')
        or (d.refclassid = 'pg_type'::regclass and d.deptype <> 'i' and d.refobjid in (
          select t.oid from pg_type t where c.reltype in (t.oid, t.typelem)))
        or (d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype <> 'n'))
    and not exists (
      select from pg_attribute a join pg_type t on t.oid = a.atttypid
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and (
        a.attnotnull or a.atthasdef or a.attacl is not null or a.attoptions is not null
        or a.attstorage <> t.typstorage or coalesce(a.attstattarget, -1) <> -1
        or coalesce(to_jsonb(a)->>'attcompression', '') <> ''))
  as plain
from pg_class c where c.oid = $1`;
