/** How a table that exists is replaced. With the same columns it is emptied and filled again: by DELETE where
 *  others are connected, who go on seeing the old rows until the commit and wait for nothing; by TRUNCATE, which
 *  is faster and leaves no dead rows, where nobody is who could see it. Many rows go faster into a new table,
 *  over two connections: it takes the old one's place where nobody is connected and the old one is no more than
 *  its columns. With other columns a new table is built beside it and takes its name. @module */
import type { Client } from "pg";
import type { PgType } from "./column_type.ts";
import { describeDependents, foreignKeysOnto } from "./dependents.ts";
import { type Beside, besideName, fillByTwo, isWorthTwo, maySeeWhole } from "./fill_by_two.ts";
import { refuseChanged } from "./misfit.ts";
import { isPlain, sameColumnsStatement } from "./plain_table.ts";
import { Identifier } from "./sql_text.ts";
import { findTarget, type Target } from "./target.ts";
import type { Write } from "./write.ts";
import { createStatement } from "./written_column.ts";

/** A table without rows, in the middle of a replacement. */
export interface Emptied {
  /** Whether rows may be written as if they had always been there: only into a truncated table. */
  readonly isFrozen: boolean;
  /** To be called when the new rows are in. */
  restore(): Promise<void>;
}

/** Takes the rows out and keeps other writers away until the commit. Foreign keys onto the table would forbid
 *  that or follow it: they are dropped before, made again by `restore` and so checked. */
export async function emptyTable({ client, name }: Write, target: Target): Promise<Emptied> {
  const keys = await foreignKeysOnto(client, target);
  for (const key of keys) {
    await client.query(`alter table ${key.table} drop constraint ${key.name}`);
  }
  const isAlone = await mayTruncate(client, target);
  if (!isAlone) await client.query(`lock table ${name.sql} in exclusive mode`);
  await client.query(isAlone ? `truncate ${name.sql}` : `delete from ${name.sql}`);
  await refuseChanged(client, name, target);
  return {
    isFrozen: isAlone && !target.isPartitioned,
    async restore() {
      for (const key of keys) {
        await client.query(`alter table ${key.table} add constraint ${key.name} ${key.definition}`);
      }
    },
  };
}

/** Whether no session of the database could see the table empty: none but Sluice's own that wait for work. */
async function mayTruncate(client: Client, target: Target): Promise<boolean> {
  await client.query("select pg_stat_clear_snapshot()");
  // the sessions of others may be shown without their kind
  const { rows: [{ alone }] } = await client.query(
    `select has_table_privilege($1::oid, 'truncate') and not exists (
       select from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()
         and coalesce(backend_type, 'client backend') = 'client backend'
         and not (application_name = 'sluice' and state is not distinct from 'idle')
     ) as alone`,
    [target.oid],
  );
  return alone;
}

/** Puts a new table in the place of one that is no more than its columns, where that is faster than to fill
 *  the old one again. It does not where somebody has come or made something for the old one meanwhile.
 *
 * @returns its rows, or undefined where the old one is to be filled again. */
export async function exchange(
  write: Write,
  target: Target,
  types: readonly PgType[],
): Promise<number | undefined> {
  const { client, name } = write;
  const isFree = async () => await mayTruncate(client, target) && await isPlain(client, target);
  if (!isWorthTwo(write) || !await isFree()) return undefined;
  await client.query(`lock table ${name.sql} in exclusive mode`);
  if ((await findTarget(client, name))?.oid !== target.oid) return undefined;
  await refuseChanged(client, name, target);
  const filled = await fillByTwo(write, {
    types,
    statement: (sql, second) => sameColumnsStatement(second, target, sql),
  });
  if (!filled || !await isFree() || !await lockWhere(write, isFree)) return undefined;
  await takePlace(write, filled.sql);
  return filled.rows;
}

/** Locks the target against everybody; gives it up again where `isFree` is no longer so. */
async function lockWhere(
  { client, name }: Write,
  isFree: () => Promise<boolean>,
): Promise<boolean> {
  await client.query("savepoint before_lock");
  await client.query(`lock table ${name.sql} in access exclusive mode`);
  if (await isFree()) return true;
  await client.query("rollback to savepoint before_lock");
  return false;
}

/** Builds the table anew beside the old one and swaps them.
 *
 * @throws {Error} naming what depends on the old table, before any data is sent. */
export async function rebuild(write: Write, target: Target): Promise<number> {
  const { client, columns } = write;
  await refuseDependents(client, write, target);
  const types = columns.map(({ created }) => created);
  const filled = await fillByTwo(write, {
    types,
    statement: (sql) => createStatement(sql, columns),
  });
  const isTaken = filled && await lockWhere(write, () => maySeeWhole(client));
  const beside = isTaken ? filled : await fillByOne(write, types);
  await takePlace(write, beside.sql);
  return beside.rows;
}

async function fillByOne(write: Write, types: readonly PgType[]): Promise<Beside> {
  const sql = new Identifier([write.name.schema, besideName()]).toString();
  await write.client.query(createStatement(sql, write.columns));
  const rows = await write.copy(write.client, write.batches(), { sql, types, isFrozen: true });
  return { sql, rows };
}

async function takePlace({ client, name }: Write, beside: string): Promise<void> {
  await client.query(`drop table ${name.sql}`);
  await client.query(`alter table ${beside} rename to ${new Identifier([name.table])}`);
}

async function refuseDependents(client: Client, write: Write, target: Target): Promise<void> {
  const { name, columns } = write;
  const dependents = await describeDependents(client, target);
  if (target.isPartitioned) dependents.push("its partitions");
  if (dependents.length === 0) return;
  const there = new Map(target.columns.map((column) => [column.name, column.type.sql]));
  const changes = columns.flatMap((column) => {
    const known = there.get(column.name);
    there.delete(column.name);
    if (known === undefined) return [`\`${column.name}\` is new`];
    return known === column.created.sql
      ? []
      : [`\`${column.name}\` is ${known} there and ${column.field.type} here`];
  });
  for (const gone of there.keys()) changes.push(`\`${gone}\` is missing`);
  throw new Error(
    `Cannot replace ${name.text}: its columns change (${changes.join(", ")}), and on it depend ` +
      `${dependents.join(", ")}; drop these first or keep the columns`,
  );
}
