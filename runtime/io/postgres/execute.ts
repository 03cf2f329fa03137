/** Runs statements that return no table. @module */
import type { PostgresProfile } from "../profiles/postgres_profile.ts";
import type { Executed } from "./connection.ts";
import { isLost } from "./connection_error.ts";
import { withTables } from "./lend_tables.ts";
import { isInTransaction, type Server } from "./server.ts";
import type { QueryText } from "./sql_text.ts";
import { statementFailure } from "./statement_error.ts";

/** Runs the statement on a connection of its own.
 *
 * @throws {Error} what the server refused, or where the statement leaves a transaction open */
export async function runStatement(server: Server, query: QueryText): Promise<Executed> {
  const { text, values } = query;
  const { profile } = server;
  return await server.withClient("a statement was run", async (client) => {
    try {
      const done = await withTables(client, query, async () => {
        const result = await client.query(text, values.length > 0 ? [...values] : undefined);
        const last = Array.isArray(result) ? result.at(-1) : result;
        return { rowCount: last?.rowCount ?? 0 };
      });
      if (isInTransaction(client)) throw leftOpen(profile);
      return done;
    } catch (cause) {
      // a transaction that the statement began must not reach the next user of the connection
      if (!isLost(cause)) await client.query("rollback");
      throw statementFailure(profile, "run the statement", cause, text);
    }
  });
}

/** The next statement may get another connection, so that nobody could commit this one. */
function leftOpen({ profile }: PostgresProfile): Error {
  return new Error(
    `Cannot run the statement in Postgres (profile ${profile}): it leaves a transaction open, which is ` +
      "rolled back; begin and commit in one call",
  );
}
