/** Fills a new table over two connections at once: one server process parses no more than some 90 MB of COPY a
 *  second, which is less than what is sent. The table must be committed for both to see it, so it stands beside
 *  the target under a name of its own, until the transaction of the write gives it the target's. @module */
import { TableStream } from "../../table/table.ts";
import type { PgType } from "./column_type.ts";
import type { Client } from "pg";
import type { Server } from "./server.ts";
import { Identifier } from "./sql_text.ts";
import { inTransaction } from "./transaction.ts";
import type { Write } from "./write.ts";

/** Fewer values than this are sent before a second connection is worth its price: a third of a second. */
const LEAST_VALUES = 2_000_000;
const PREFIX = "sluice_beside_";

/** A table beside the target, with its rows. */
export interface Beside {
  /** Its name, as SQL has it. */
  readonly sql: string;
  readonly rows: number;
}

/** A name that no other table has. */
export function besideName(): string {
  return `${PREFIX}${crypto.randomUUID().replaceAll("-", "")}`;
}

/** Whether a second connection pays. A stream is read no faster than one connection sends. */
export function isWorthTwo({ data, columns }: Write): boolean {
  return !(data instanceof TableStream) && data.numRows * columns.length >= LEAST_VALUES;
}

/** Makes a table by `statement` and fills it over the write's connection and another.
 *
 * @returns the table, or undefined where one connection is to do: for few rows, in a schema that nobody else
 *   sees yet, where the server has no connection left, or where the rows would be replicated under the table's
 *   first name. */
export async function fillByTwo(
  write: Write,
  types: readonly PgType[],
  statement: (sql: string) => string,
): Promise<Beside | undefined> {
  const { server, client, name } = write;
  if (!isWorthTwo(write) || write.isSchemaNew || !await mayMake(client, name.schema)) {
    return undefined;
  }
  const second = await server.lend().catch(() => undefined);
  if (!second) return undefined;
  const beside = besideName();
  const sql = new Identifier([name.schema, beside]).toString();
  // Held to the transaction's end: by it others know that the table is somebody's.
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [beside]);
  const batches = write.batches();
  const into = { sql, types, isFrozen: false };
  const rows = await server.withLent(second, `${name.text} was written`, async (other) => {
    await dropAbandoned(other, name.schema);
    write.besides.push(sql);
    await other.query(statement(sql));
    return await both(write.copy(client, batches, into), write.copy(other, batches, into));
  });
  return { sql, rows };
}

/** The sum of both; the first failure, when both have ended. */
async function both(one: Promise<number>, other: Promise<number>): Promise<number> {
  await Promise.allSettled([one, other]);
  return (await Promise.all([one, other])).reduce((sum, rows) => sum + rows, 0);
}

async function mayMake(client: Client, schema: string): Promise<boolean> {
  const { rows: [{ may }] } = await client.query(
    `select current_setting('wal_level') <> 'logical' and has_schema_privilege($1, 'create') as may`,
    [schema],
  );
  return may;
}

/** Drops the tables of writers that were killed: nobody holds their lock any more. */
async function dropAbandoned(client: Client, schema: string): Promise<void> {
  const { rows } = await client.query(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r' and starts_with(c.relname, $2)
       and pg_has_role(c.relowner, 'usage')`,
    [schema, PREFIX],
  );
  for (const { name } of rows) {
    await inTransaction(client, async () => {
      const { rows: [{ free }] } = await client.query(
        "select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as free",
        [name],
      );
      if (free) await client.query(`drop table if exists ${new Identifier([schema, name])}`);
    });
  }
}

/** Drops the tables that a failed write has left; what cannot be dropped now, a later write drops. */
export async function dropBesides(server: Server, besides: readonly string[]): Promise<void> {
  if (besides.length === 0) return;
  // The run may have been cancelled, which this is not.
  const { signal } = new AbortController();
  const dropping = server.withClient("a table was dropped", async (client) => {
    for (const beside of besides) await client.query(`drop table if exists ${beside}`);
  }, signal);
  await dropping.catch(() => {});
}
