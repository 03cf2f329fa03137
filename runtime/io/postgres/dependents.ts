/** What hangs on a table: foreign keys onto it, and the views and keys that keep it from being rebuilt. @module */
import type { Client } from "pg";
import type { Target } from "./target.ts";

/** A foreign key of another table onto the target. */
export interface ForeignKey {
  /** The other table, as SQL has it. */
  readonly table: string;
  /** The constraint's name, quoted. */
  readonly name: string;
  /** What `add constraint` makes it from. */
  readonly definition: string;
}

/** The foreign keys onto the target, its own onto itself included; those of partitions go with their parents'. */
export async function foreignKeysOnto(client: Client, target: Target): Promise<ForeignKey[]> {
  const { rows } = await client.query(
    `select conrelid::regclass::text as table, quote_ident(conname) as name,
       pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and confrelid = $1 and conparentid = 0`,
    [target.oid],
  );
  return rows;
}

/** Everything that forbids dropping the table, described. */
export async function describeDependents(client: Client, target: Target): Promise<string[]> {
  const { rows } = await client.query(
    `select distinct coalesce(
       (select case v.relkind when 'm' then 'materialized view ' else 'view ' end || v.oid::regclass
        from pg_rewrite r join pg_class v on v.oid = r.ev_class
        where d.classid = 'pg_rewrite'::regclass and r.oid = d.objid),
       (select 'foreign key ' || quote_ident(k.conname) || ' of ' || k.conrelid::regclass
        from pg_constraint k where d.classid = 'pg_constraint'::regclass and k.oid = d.objid),
       pg_describe_object(d.classid, d.objid, d.objsubid)) as described
     from pg_depend d
     where d.deptype = 'n' and d.refobjid <> d.objid
       and ((d.refclassid = 'pg_class'::regclass and d.refobjid = $1)
         or (d.refclassid = 'pg_type'::regclass
           and d.refobjid in (select unnest(array[reltype, typarray]) from pg_class
             join pg_type t on t.oid = reltype where pg_class.oid = $1)))
       and not (d.classid = 'pg_rewrite'::regclass
         and exists (select from pg_rewrite r where r.oid = d.objid and r.ev_class = $1))
       and not (d.classid = 'pg_constraint'::regclass
         and exists (select from pg_constraint k where k.oid = d.objid and k.conrelid = $1))
       and not (d.classid = 'pg_attrdef'::regclass
         and exists (select from pg_attrdef a where a.oid = d.objid and a.adrelid = $1))
     order by 1`,
    [target.oid],
  );
  return rows.map(({ described }) => described);
}
