/** How a table that exists is replaced. With the same columns it is emptied and filled again, by DELETE rather
 *  than TRUNCATE: readers go on seeing the old rows until the commit, and wait for nothing. With other columns
 *  a new table is built beside it and takes its name. @module */
import type { Client } from "pg";
import { describeDependents, foreignKeysOnto } from "./dependents.ts";
import { Identifier } from "./sql_text.ts";
import type { Target } from "./target.ts";
import { createStatement, type Write } from "./write.ts";

/** Takes the rows out and keeps other writers away until the commit.
 *
 * @returns what is to be done when the new rows are in: foreign keys onto the table, which the rows leave and
 *   come back under, are made again and so checked. */
export async function emptyBefore(
  { client, name }: Write,
  target: Target,
): Promise<() => Promise<void>> {
  const keys = await foreignKeysOnto(client, target);
  for (const key of keys) {
    await client.query(`alter table ${key.table} drop constraint ${key.name}`);
  }
  await client.query(`lock table ${name.sql} in exclusive mode`);
  await client.query(`delete from ${name.sql}`);
  return async () => {
    for (const key of keys) {
      await client.query(`alter table ${key.table} add constraint ${key.name} ${key.definition}`);
    }
  };
}

/** Builds the table anew beside the old one and swaps them.
 *
 * @throws {Error} naming what depends on the old table, before any data is sent. */
export async function rebuild(write: Write, target: Target): Promise<number> {
  const { client, name, columns } = write;
  await refuseDependents(client, write, target);
  const beside = `sluice_${crypto.randomUUID().replaceAll("-", "")}`;
  const besideSql = new Identifier([name.schema, beside]).toString();
  await client.query(createStatement(besideSql, columns));
  const rows = await write.copy(besideSql, columns.map(({ created }) => created), "freeze");
  await client.query(`drop table ${name.sql}`);
  await client.query(`alter table ${besideSql} rename to ${new Identifier([name.table])}`);
  return rows;
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
