/** All or nothing. @module */
import type { Client } from "pg";

/** Commits what `work` did, or rolls it back where it throws. */
export async function inTransaction<Result>(
  client: Client,
  work: () => Promise<Result>,
): Promise<Result> {
  // whatever the role's default: what others have committed meanwhile must be seen by the next look
  await client.query("begin isolation level read committed");
  try {
    const result = await work();
    await client.query("commit");
    return result;
  } catch (failure) {
    // a connection that is gone has rolled back already
    await client.query("rollback").catch(() => {});
    throw failure;
  }
}
