/** Writes tables and streams, all or nothing: everything happens in one transaction. @module */
import type { Client } from "pg";
import { currentScope } from "../../context/scope.ts";
import { type Table, TableStream } from "../../table/table.ts";
import type { AppendCall } from "../append_call.ts";
import { fitsInto, type PgType } from "./column_type.ts";
import { copyIn, type PlacedBatch, placedBatches } from "./copy_in.ts";
import { dropBesides, fillByTwo, maySeeWhole } from "./fill_by_two.ts";
import { completeLedger, enterLedger } from "./ledger.ts";
import { refuseChanged, refuseMisfit } from "./misfit.ts";
import { emptyTable, exchange, rebuild } from "./replace.ts";
import type { Server } from "./server.ts";
import { Identifier, quoteIdentifier } from "./sql_text.ts";
import { statementFailure } from "./statement_error.ts";
import { inTransaction } from "./transaction.ts";
import { createStatement, type WrittenColumn, writtenColumns } from "./written_column.ts";
import { findTarget, type Target, type TargetName, targetName } from "./target.ts";

/** What happens where the table exists: an error, its rows replaced, or rows added to it. */
export type IfExists = "fail" | "replace" | "append";

/** What a write did. */
export interface Written {
  readonly rows: number;
}

/** Everything that the ways of writing share. */
export interface Write {
  readonly server: Server;
  /** The connection whose transaction the write is. */
  readonly client: Client;
  readonly name: TargetName;
  readonly data: Table<unknown> | TableStream<unknown>;
  readonly columns: readonly WrittenColumn[];
  /** The data, taken by one copy or by several. */
  batches(): AsyncGenerator<PlacedBatch, void>;
  /** Copies batches over a connection into the table called `into`, made or emptied before. */
  copy(
    client: Client,
    batches: AsyncIterable<PlacedBatch>,
    into: { readonly sql: string; readonly types: readonly PgType[]; readonly isFrozen: boolean },
  ): Promise<number>;
  /** Reads a stream to its end and keeps nothing: checks on it are judged whether or not it is sent. */
  readThrough(): Promise<void>;
  /** The schema is this transaction's: nobody else sees it yet. */
  isSchemaNew: boolean;
  /** Tables beside the target, as SQL has them, that go where the transaction does not get them. */
  readonly besides: string[];
}

/** Writes `data` into `table` of the server. */
export async function writeTable(
  server: Server,
  data: Table<unknown> | TableStream<unknown>,
  table: string,
  { ifExists, key }: { ifExists: IfExists; key: AppendCall | undefined },
): Promise<Written> {
  const name = targetName(table, server.profile.schema);
  const columns = writtenColumns(data, name);
  const signal = currentScope()?.run.signal;
  const besides: string[] = [];
  const writing = server.withClient(`${name.text} was written`, async (client) => {
    const write: Write = {
      ...{ server, client, name, data, columns, besides },
      isSchemaNew: false,
      batches: () => placedBatches(data, `writing ${name.text}`),
      copy: (over, batches, { sql, types, isFrozen }) =>
        copyIn(over, batches, {
          columns: columns.map((column, index) => ({ name: column.name, type: types[index]! })),
          into: sql,
          isFrozen,
          signal,
        }),
      async readThrough() {
        if (!(data instanceof TableStream)) return;
        for await (const _ of data.batches()) signal?.throwIfAborted();
      },
    };
    try {
      return await inTransaction(client, async () => {
        const rows = await writeInto(write, ifExists, key);
        signal?.throwIfAborted();
        return { rows };
      });
    } catch (cause) {
      throw statementFailure(server.profile, `write to ${name.text}`, cause);
    }
  });
  try {
    return await writing;
  } finally {
    await dropBesides(server, besides);
  }
}

async function writeInto(
  write: Write,
  ifExists: IfExists,
  key: AppendCall | undefined,
): Promise<number> {
  const target = await findTarget(write.client, write.name) ?? await awaitTurn(write);
  if (target === undefined) return await append(write, undefined, key);
  if (ifExists === "append") return await append(write, target, key);
  if (ifExists === "replace") return await replace(write, target);
  throw new Error(
    `Cannot write to ${write.name.text}: it exists; say what to do with it: ` +
      '{ ifExists: "replace" } or { ifExists: "append" }',
  );
}

/** Waits until no other transaction is about to make the table; gives it where one has. */
async function awaitTurn(write: Write): Promise<Target | undefined> {
  const { client, name } = write;
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `sluice ${name.text}`,
  ]);
  const made = await findTarget(client, name);
  if (made) return made;
  const known = await client.query("select from pg_namespace where nspname = $1", [name.schema]);
  write.isSchemaNew = known.rowCount === 0;
  if (write.isSchemaNew) await makeSchema(client, name.schema);
  return undefined;
}

/** Two tables of one new schema may be made at once. */
async function makeSchema(client: Client, schema: string): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `sluice schema ${schema}`,
  ]);
  await client.query(`create schema if not exists ${quoteIdentifier(schema)}`);
}

/** Adds rows to a table that is there, or makes it. */
async function append(
  write: Write,
  target: Target | undefined,
  key: AppendCall | undefined,
): Promise<number> {
  const { client, name, columns } = write;
  if (target) refuseMisfit(name, target, columns);
  if (key) {
    const before = await enterLedger(client, name, key);
    // A table that is not there holds nothing of it: somebody has dropped the one that did.
    if (before !== undefined && target) {
      await write.readThrough();
      return before;
    }
  }
  const rows = target ? await add(write, target) : await make(write);
  if (key) await completeLedger(client, name, key, rows);
  return rows;
}

async function add(write: Write, target: Target): Promise<number> {
  const { client, name, columns } = write;
  const types = typesIn(target, columns);
  const rows = await write.copy(client, write.batches(), { sql: name.sql, types, isFrozen: false });
  // only now is it held as it is
  await refuseChanged(client, name, target);
  return rows;
}

/** Makes the table with its rows. */
async function make(write: Write): Promise<number> {
  const { client, name, columns } = write;
  const types = columns.map(({ created }) => created);
  const statement = (sql: string) => createStatement(sql, columns);
  const filled = await fillByTwo(write, { types, statement });
  if (filled && await maySeeWhole(client)) {
    await client.query(`alter table ${filled.sql} rename to ${new Identifier([name.table])}`);
    return filled.rows;
  }
  await client.query(statement(name.sql));
  return await write.copy(client, write.batches(), { sql: name.sql, types, isFrozen: true });
}

/** Keeps the table where the columns stay, so that grants, indexes, views and foreign keys stay as well. */
async function replace(write: Write, target: Target): Promise<number> {
  const { name, columns } = write;
  if (!hasSameColumns(target, columns)) return await rebuild(write, target);
  const types = typesIn(target, columns);
  const exchanged = await exchange(write, target, types);
  if (exchanged !== undefined) return exchanged;
  const { isFrozen, restore } = await emptyTable(write, target);
  const rows = await write.copy(write.client, write.batches(), { sql: name.sql, types, isFrozen });
  await restore();
  return rows;
}

function hasSameColumns(target: Target, columns: readonly WrittenColumn[]): boolean {
  const writable = target.columns.filter(({ isGenerated }) => !isGenerated);
  return writable.length === columns.length && columns.every((column) => {
    const known = writable.find(({ name }) => name === column.name);
    return known !== undefined && fitsInto(column.field, known.type);
  });
}

function typesIn(target: Target, columns: readonly WrittenColumn[]): PgType[] {
  return columns.map((column) => target.columns.find(({ name }) => name === column.name)!.type);
}
