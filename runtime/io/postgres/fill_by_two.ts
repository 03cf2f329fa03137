/** Fills a new table over two connections at once: one server process parses no more than some 90 MB of COPY a
 *  second, which is less than what is sent. The table must be committed for both to see it, so it stands beside
 *  the target under a name of its own, until the transaction of the write gives it the target's. @module */
import type { Client } from "pg";
import { TableStream } from "../../table/table.ts";
import { cancellable } from "./cancel.ts";
import type { PgType } from "./column_type.ts";
import { mayLook } from "./plain_table.ts";
import type { LentClient, Server } from "./server.ts";
import { Identifier } from "./sql_text.ts";
import { inTransaction } from "./transaction.ts";
import type { Write } from "./write.ts";

/** Fewer values than this are sent before a second connection is worth its price: a third of a second. */
const LEAST_VALUES = 2_000_000;
const PREFIX = "sluice_beside_";
/** How long the second connection may wait to be ready, and a table for its end. The server does not see that
 *  the first waits for the second: who holds up the second may itself wait for the first. */
const PATIENCE_MS = 2000;
/** How often snapshots of others are looked for, a 50th of a second apart, before they count as held. */
const LOOKS = 10;

/** A table beside the target, with its rows. */
export interface Beside {
  /** Its name, as SQL has it. */
  readonly sql: string;
  readonly rows: number;
}

/** What is filled. */
export interface Filling {
  readonly types: readonly PgType[];
  /** The statement that makes the table under this name; it must not wait for what the write's connection holds. */
  statement(sql: string, second: Client): string | Promise<string>;
}

/** A name that no other table has. */
export function besideName(): string {
  return `${PREFIX}${crypto.randomUUID().replaceAll("-", "")}`;
}

/** Whether a second connection pays. A stream is read no faster than one connection sends. */
export function isWorthTwo({ data, columns }: Write): boolean {
  return !(data instanceof TableStream) && data.numRows * columns.length >= LEAST_VALUES;
}

/** Makes a table and fills it over the write's connection and another. The rows of the other are committed before
 *  those of the write: who calls this asks `maySeeWhole` before the table takes its name.
 *
 * @returns the table, or undefined where one connection is to do: for few rows, in a schema that nobody else
 *   sees yet, where the server has no connection left or somebody holds up the second, where event triggers
 *   would see a table of another name, or where the rows would be replicated under it. */
export async function fillByTwo(
  write: Write,
  { types, statement }: Filling,
): Promise<Beside | undefined> {
  const { server, client, name, besides } = write;
  if (!isWorthTwo(write) || write.isSchemaNew || !await mayMake(client, name.schema)) {
    return undefined;
  }
  const beside = besideName();
  const sql = new Identifier([name.schema, beside]).toString();
  // Held to the transaction's end: by it others know that the table is somebody's.
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [beside]);
  // It waits for the second to be ready and for its last rows.
  await client.query("set local idle_in_transaction_session_timeout = 0");
  const second = await lendReady(server, async (other) => {
    const left = await dropAbandoned(other, name.schema);
    besides.push(sql, ...left);
    await other.query(await statement(sql, other));
  });
  if (!second) return undefined;
  const batches = write.batches();
  const into = { sql, types, isFrozen: false };
  const rows = await server.withLent(second, `${name.text} was written`, async (other) => {
    const byOther = inTransaction(other, async () => {
      // whoever is before it may wait for the first
      await other.query(`lock table ${sql} in row exclusive mode nowait`);
      return await write.copy(other, batches, into);
    });
    return await both(write.copy(client, batches, into), byOther);
  });
  return { sql, rows };
}

/** Whether all others will see the filled table whole: a snapshot that was taken between the commits of both
 *  connections has half of the rows. Statements that are about to end are waited for: to fill again costs more. */
export async function maySeeWhole(client: Client): Promise<boolean> {
  for (let look = 0; look < LOOKS; look++) {
    if (!await isSnapshotHeld(client)) return true;
    await client.query("select pg_sleep(0.02)");
  }
  return false;
}

async function isSnapshotHeld(client: Client): Promise<boolean> {
  await client.query("select pg_stat_clear_snapshot()");
  const { rows: [{ held }] } = await client.query(
    `select exists (
       select from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and backend_xmin is not null
         and coalesce(backend_type, '') <> 'autovacuum worker'
     ) as held`,
  );
  return held;
}

/** A second connection that has gone through `prepare`, or undefined where there is none or it takes too long. */
async function lendReady(
  server: Server,
  prepare: (client: Client) => Promise<void>,
): Promise<LentClient | undefined> {
  const second = await server.lendSecond();
  if (!second) return undefined;
  const { client, signal } = second;
  const patience = AbortSignal.timeout(PATIENCE_MS);
  const ends = signal ? AbortSignal.any([signal, patience]) : patience;
  try {
    await cancellable(client, ends, () => prepare(client));
    // else the server may still be told to cancel what comes next
    ends.throwIfAborted();
    return second;
  } catch {
    second.discard();
    signal?.throwIfAborted();
    return undefined;
  }
}

/** The sum of both; the first failure, when both have ended. */
async function both(one: Promise<number>, other: Promise<number>): Promise<number> {
  await Promise.allSettled([one, other]);
  return (await Promise.all([one, other])).reduce((sum, rows) => sum + rows, 0);
}

async function mayMake(client: Client, schema: string): Promise<boolean> {
  if (await isSnapshotHeld(client) || !await mayLook(client)) return false;
  const { rows: [{ may }] } = await client.query(
    `select current_setting('wal_level') <> 'logical' and has_schema_privilege($1, 'create')
       and not exists (select from pg_event_trigger where evtenabled <> 'D') as may`,
    [schema],
  );
  return may;
}

/** Drops the tables of writers that were killed: nobody holds their lock any more.
 *
 * @returns those that are in use now, as SQL has them: an autovacuum will soon be done with one. */
async function dropAbandoned(client: Client, schema: string): Promise<readonly string[]> {
  const left: string[] = [];
  const { rows } = await client.query(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r' and c.relname ~ $2 and pg_has_role(c.relowner, 'usage')`,
    [schema, `^${PREFIX}[0-9a-f]{32}$`],
  );
  for (const { name } of rows) {
    const sql = new Identifier([schema, name]).toString();
    let isAbandoned = false;
    const dropping = inTransaction(client, async () => {
      const { rows: [{ free }] } = await client.query(
        "select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as free",
        [name],
      );
      if (!free) return;
      isAbandoned = true;
      await client.query(`lock table ${sql} in access exclusive mode nowait`);
      await client.query(`drop table ${sql}`);
    });
    // somebody reads it, has made something of it or has dropped it: nothing to wait for
    await dropping.catch(() => void (isAbandoned && left.push(sql)));
  }
  return left;
}

/** Drops tables that have not taken the target's name; what cannot be dropped now, a later write drops. */
export async function dropBesides(server: Server, besides: readonly string[]): Promise<void> {
  if (besides.length === 0) return;
  // The run may have been cancelled, which this is not.
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const dropping = server.withClient("a table was dropped", async (client) => {
    for (const beside of besides) {
      await client.query(`drop table if exists ${beside}`).catch(() => {});
    }
  }, signal);
  await dropping.catch(() => {});
}
