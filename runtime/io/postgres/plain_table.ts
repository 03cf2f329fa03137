/** Whether a table may make room for a new one of its shape without anything being lost. @module */
import type { Client } from "pg";
import type { Target } from "./target.ts";

/** Whether the table is no more than its columns: nothing hangs on it or is set for it that a new table of the
 *  same columns would lack: no grants, indexes, constraints, defaults, views, triggers, policies, partitions,
 *  comments, options; and whether it is the user's own. */
export async function isPlain(client: Client, target: Target): Promise<boolean> {
  if (!await mayLook(client)) return false;
  const { rows: [found] } = await client.query(PLAIN, [target.oid]);
  return found?.plain === true;
}

/** Whether the user may read the catalogs that tell what hangs on a table: some servers withhold them. */
export async function mayLook(client: Client): Promise<boolean> {
  const { rows: [{ may }] } = await client.query(
    `select bool_and(has_table_privilege(oid, 'select')) as may from pg_class
     where relnamespace = 'pg_catalog'::regnamespace and relkind in ('r', 'v') and relname = any($1)`,
    [CATALOGS],
  );
  return may;
}

/** The statement that makes a table of the same columns under another name. It waits for no lock on the old one,
 *  as `like` would. */
export async function sameColumnsStatement(
  client: Client,
  target: Target,
  sql: string,
): Promise<string> {
  const { rows: [{ list }] } = await client.query(COLUMNS, [target.oid]);
  return `create table ${sql} (${list})`;
}

const CATALOGS = [
  "pg_am",
  "pg_default_acl",
  "pg_depend",
  "pg_description",
  "pg_event_trigger",
  "pg_inherits",
  "pg_roles",
  "pg_seclabel",
  "pg_subscription_rel",
];

const COLUMNS = `
select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) ||
  case when a.attcollation = t.typcollation then '' else (
    select format(' collate %I.%I', n.nspname, o.collname)
    from pg_collation o join pg_namespace n on n.oid = o.collnamespace where o.oid = a.attcollation
  ) end, ', ' order by a.attnum) as list
from pg_attribute a join pg_type t on t.oid = a.atttypid
where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped`;

/** Constraints, defaults, indexes, triggers, rules, policies, publications and extended statistics are all found
 *  by what they depend on (https://www.postgresql.org/docs/current/catalog-pg-depend.html). */
const PLAIN = `
select c.relkind = 'r' and c.relpersistence = 'p' and not c.relispartition and c.reloftype = 0
    and c.relowner = (select oid from pg_roles where rolname = current_user)
    and c.relacl is null and c.reloptions is null and c.reltablespace = 0 and c.relreplident = 'd'
    and not c.relrowsecurity and not c.relforcerowsecurity
    and c.relam = (select oid from pg_am where amname = current_setting('default_table_access_method'))
    and current_setting('default_tablespace') = ''
    and not exists (select from pg_class o where o.oid = c.reltoastrelid and o.reloptions is not null)
    and not exists (select from pg_subscription_rel where srrelid = c.oid)
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
