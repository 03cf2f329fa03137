/** Tables that stand in a query: sent to the server as temporary tables that end with the transaction. @module */
import type { Client } from "pg";
import { currentScope } from "../../context/scope.ts";
import { copyIn, placedBatches } from "./copy_in.ts";
import type { QueryText } from "./sql_text.ts";
import { inTransaction } from "./transaction.ts";
import { createStatement, writtenColumns } from "./written_column.ts";

/** Calls `work` while the query's tables are there. */
export async function withTables<Result>(
  client: Client,
  { tables }: QueryText,
  work: () => Promise<Result>,
): Promise<Result> {
  if (tables.size === 0) return await work();
  return await inTransaction(client, async () => {
    await lendTables(client, tables);
    return await work();
  });
}

async function lendTables(client: Client, tables: QueryText["tables"]): Promise<void> {
  const signal = currentScope()?.run.signal;
  for (const [data, name] of tables) {
    const columns = writtenColumns(data, { text: "a temporary table" });
    await client.query(`${createStatement(name, columns)} on commit drop`);
    await copyIn(client, placedBatches(data, `sending ${name}`), {
      columns: columns.map((column) => ({ name: column.name, type: column.created })),
      into: name,
      isFrozen: true,
      signal,
    });
    await client.query(`analyze ${name}`);
  }
}
