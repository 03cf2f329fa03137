/** Looks at writes over two connections, for tests. @module */
import pg from "pg";
import type { TestDatabase } from "../../services/postgres.ts";

/** A fill takes many times as long. */
const PAUSE_MS = 5;

/** What the table holds, and what a write has left beside it. */
export async function standing(db: TestDatabase) {
  const [found] = await db.rows<{ rows: number; sum: number; oid: number }>(
    `select count(*)::int as rows, sum(c0 + c19)::float8 as sum, 'wide'::regclass::oid as oid from wide`,
  );
  const beside = await db.rows<{ name: string }>(
    "select relname as name from pg_class where relkind = 'r' and relname like 'sluice%'",
  );
  return { ...found!, beside: beside.length };
}

/** Resolves to the server's processes that fill a table once there are two; to none where `writing` ends before. */
export async function whenBothFill(
  db: TestDatabase,
  writing: Promise<unknown>,
): Promise<readonly number[]> {
  let isOver = false;
  const end = () => void (isOver = true);
  writing.then(end, end);
  await using client = await fromOutside(db);
  while (!isOver) {
    const { rows } = await client.query(
      `select pid from pg_stat_activity
       where datname = $1 and state = 'active' and query ilike 'copy%sluice_beside%'`,
      [db.database],
    );
    if (rows.length === 2) return rows.map(({ pid }) => pid);
    await pause();
  }
  return [];
}

/** Resolves when the server has seen the end of all that were connected. */
export async function whenNobodyIsConnected(db: TestDatabase): Promise<void> {
  await using client = await fromOutside(db);
  for (;;) {
    const { rows } = await client.query("select from pg_stat_activity where datname = $1", [
      db.database,
    ]);
    if (rows.length === 0) return;
    await pause();
  }
}

/** Between two looks: without it, looking takes as much of the server as filling. */
function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}

/** A session in another database: one in this would count as a reader. */
async function fromOutside(db: TestDatabase): Promise<pg.Client & AsyncDisposable> {
  const url = new URL(db.url);
  url.pathname = "/postgres";
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.end() });
}
