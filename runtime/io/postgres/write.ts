/** Writes tables and streams, all or nothing: everything happens in one transaction. @module */
import type { Client } from "pg";
import { currentScope } from "../../context/scope.ts";
import { type Table, TableStream } from "../../table/table.ts";
import { fitsInto, type PgType } from "./column_type.ts";
import { copyIn } from "./copy_in.ts";
import { completeLedger, enterLedger, type LedgerKey } from "./ledger.ts";
import { refuseMisfit } from "./misfit.ts";
import { emptyTable, rebuild } from "./replace.ts";
import type { Server } from "./server.ts";
import { quoteIdentifier } from "./sql_text.ts";
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
  readonly client: Client;
  readonly name: TargetName;
  readonly columns: readonly WrittenColumn[];
  /** Copies the data into the table called `into`, made or emptied by this transaction or not. */
  copy(into: string, types: readonly PgType[], freeze: "freeze" | "plain"): Promise<number>;
  /** Reads a stream to its end and keeps nothing: checks on it are judged whether or not it is sent. */
  readThrough(): Promise<void>;
}

/** Writes `data` into `table` of the server. */
export async function writeTable(
  server: Server,
  data: Table<unknown> | TableStream<unknown>,
  table: string,
  { ifExists, key }: { ifExists: IfExists; key: LedgerKey | undefined },
): Promise<Written> {
  const name = targetName(table, server.profile.schema);
  const columns = writtenColumns(data, name);
  const signal = currentScope()?.run.signal;
  return await server.withClient(`${name.text} was written`, async (client) => {
    const write: Write = {
      client,
      name,
      columns,
      copy: (into, types, freeze) =>
        copyIn(client, data, {
          columns: columns.map((column, index) => ({ name: column.name, type: types[index]! })),
          into,
          freeze,
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
}

async function writeInto(
  write: Write,
  ifExists: IfExists,
  key: LedgerKey | undefined,
): Promise<number> {
  const target = await findTarget(write.client, write.name) ?? await makeAlone(write);
  if (target === undefined) return await append(write, undefined, key);
  if (ifExists === "append") return await append(write, target, key);
  if (ifExists === "replace") return await replace(write, target);
  throw new Error(
    `Cannot write to ${write.name.text}: it exists; say what to do with it: ` +
      '{ ifExists: "replace" } or { ifExists: "append" }',
  );
}

/** Makes the table, unless another transaction did while this one waited for its turn to look. */
async function makeAlone({ client, name, columns }: Write): Promise<Target | undefined> {
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `sluice ${name.text}`,
  ]);
  const made = await findTarget(client, name);
  if (made) return made;
  const known = await client.query("select from pg_namespace where nspname = $1", [name.schema]);
  if (known.rowCount === 0) await makeSchema(client, name.schema);
  await client.query(createStatement(name.sql, columns));
  return undefined;
}

/** Two tables of one new schema may be made at once. */
async function makeSchema(client: Client, schema: string): Promise<void> {
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `sluice schema ${schema}`,
  ]);
  await client.query(`create schema if not exists ${quoteIdentifier(schema)}`);
}

/** Adds rows to a table that is there, or fills one that this transaction made. */
async function append(
  write: Write,
  target: Target | undefined,
  key: LedgerKey | undefined,
): Promise<number> {
  const { client, name, columns } = write;
  if (target) refuseMisfit(name, target, columns);
  if (key) {
    const before = await enterLedger(client, name, key);
    // A table that this transaction made holds nothing of it: somebody has dropped the one that did.
    if (before !== undefined && target) {
      await write.readThrough();
      return before;
    }
  }
  const rows = target
    ? await write.copy(name.sql, typesIn(target, columns), "plain")
    : await write.copy(name.sql, columns.map(({ created }) => created), "freeze");
  if (key) await completeLedger(client, name, key, rows);
  return rows;
}

/** Keeps the table where the columns stay, so that grants, indexes, views and foreign keys stay as well. */
async function replace(write: Write, target: Target): Promise<number> {
  const { name, columns } = write;
  if (!hasSameColumns(target, columns)) return await rebuild(write, target);
  const emptied = await emptyTable(write, target);
  const rows = await write.copy(name.sql, typesIn(target, columns), emptied.freeze);
  await emptied.restore();
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
