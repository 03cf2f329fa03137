/** A real Postgres for tests.
 *
 *  `await using db = await testPostgres();` gives a test a database of its own, dropped at the end:
 *  - `db.url`, `db.host`, `db.port`, `db.user`, `db.password`, `db.database`: how to reach it;
 *  - `db.folder`: a temporary project folder whose io_config.yaml has the profiles `default` and `dev`, both
 *    this database; removed at the end;
 *  - `db.inRun(work, options?)`: calls `work` as a block of a run whose notebook lies in `db.folder`, so that
 *    `postgres()` finds the profiles; connections are closed after;
 *  - `db.rows(text, values?)`: a look past Sluice's own code, through npm:pg, over a connection that is closed
 *    again, so that the database has no other sessions than the test's;
 *  - `db.client()`: an npm:pg client, ended with the database.
 *
 *  The server is the one that SLUICE_TEST_POSTGRES names (the URL of a superuser), as the suite does, or the
 *  repository's own embedded one under `.sluice/tests`, shared by all test processes and stopped after the
 *  last. @module */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import process from "node:process";
import pg from "pg";
import { Resources } from "../../runtime/context/resources.ts";
import { type Scope, withScope } from "../../runtime/context/scope.ts";
import { type EmbeddedAddress, EmbeddedServer } from "../../runtime/io/embedded/embedded.ts";

/** What a test may say about the block that it stands for. */
export interface BlockOptions {
  readonly run?: string;
  readonly block?: string;
  readonly element?: number;
  readonly profile?: string;
  readonly signal?: AbortSignal;
}

/** A database of a test's own. */
export interface TestDatabase extends AsyncDisposable {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly folder: string;
  inRun<Result>(work: () => Promise<Result>, options?: BlockOptions): Promise<Result>;
  rows<Row = Record<string, unknown>>(text: string, values?: unknown[]): Promise<Row[]>;
  client(): Promise<pg.Client>;
}

/** Makes a database; see the head of this file. */
export async function testPostgres(): Promise<TestDatabase> {
  const server = await findServer();
  const database = `test_${Deno.pid}_${crypto.randomUUID().slice(0, 8)}`;
  await asSuperuser(server, `create database ${database}`);
  const url = new URL(server);
  url.pathname = `/${database}`;
  const folder = await Deno.makeTempDir({ prefix: "sluice-postgres-" });
  const own = {
    url: url.href,
    host: url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
    folder,
  };
  await Deno.writeTextFile(join(folder, "io_config.yaml"), profileText(own));
  const clients: pg.Client[] = [];
  const client = async () => {
    const opened = new pg.Client({ connectionString: url.href });
    opened.on("error", () => {});
    await opened.connect();
    clients.push(opened);
    return opened;
  };
  return {
    ...own,
    client,
    inRun: (work, options = {}) => inRun(folder, work, options),
    async rows<Row>(text: string, values: unknown[] = []) {
      return await ask(url.href, text, values) as Row[];
    },
    async [Symbol.asyncDispose]() {
      for (const opened of clients) await opened.end();
      await asSuperuser(server, `drop database ${database} with (force)`);
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Calls `work` as a block of a run in `folder`. */
export async function inRun<Result>(
  folder: string,
  work: () => Promise<Result>,
  { run = "test-run", block = "test_block", element, profile, signal }: BlockOptions = {},
): Promise<Result> {
  const resources = new Resources();
  const calls = new Map<string, number>();
  const scope: Scope = {
    run: {
      id: run,
      pipeline: "test",
      executionDate: Temporal.ZonedDateTime.from("2021-01-01T00:00[UTC]"),
      interval: undefined,
      variables: {},
      event: undefined,
      signal: signal ?? new AbortController().signal,
      attempt: 1,
      live: false,
    },
    block,
    element,
    notebookFolder: folder,
    projectFolder: folder,
    profile,
    resources,
    report() {},
    registerHandler() {},
    nextCall(target) {
      const call = calls.get(target) ?? 0;
      calls.set(target, call + 1);
      return call;
    },
    each: (items, work) => Promise.all(items.map((item, index) => work(item, index))),
  };
  try {
    return await withScope(scope, work);
  } finally {
    await resources.close();
  }
}

function profileText(
  own: Omit<TestDatabase, "client" | "inRun" | "rows" | typeof Symbol.asyncDispose>,
) {
  const keys = [
    `  POSTGRES_HOST: ${own.host}`,
    `  POSTGRES_PORT: ${own.port}`,
    `  POSTGRES_DBNAME: ${own.database}`,
    `  POSTGRES_USER: ${own.user}`,
    `  POSTGRES_PASSWORD: ${JSON.stringify(own.password)}`,
    `  POSTGRES_SCHEMA: public`,
  ];
  return ["default", "dev"].map((name) => [`${name}:`, ...keys].join("\n")).join("\n") + "\n";
}

let found: Promise<string> | undefined;

function findServer(): Promise<string> {
  return found ??= Deno.env.get("SLUICE_TEST_POSTGRES")
    ? Promise.resolve(Deno.env.get("SLUICE_TEST_POSTGRES")!)
    : startTestPostgres().then(({ url }) => url);
}

/** A server that this process uses. */
export interface PostgresServer {
  /** Of its superuser. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Leases the server that tests share; the lease ends with `stop`, or with the process. */
export async function startTestPostgres(): Promise<PostgresServer> {
  const project = fileURLToPath(new URL("../../.sluice/tests", import.meta.url));
  await Deno.mkdir(project, { recursive: true });
  const server = await EmbeddedServer.lease(project);
  const url = addressOf(await server.address());
  await dropLeftovers(url);
  return { url, stop: () => server.close() };
}

/** The URL of an embedded server's superuser. */
export function addressOf({ host, port, admin, adminPassword }: EmbeddedAddress): string {
  return `postgres://${admin}:${adminPassword}@${host}:${port}/postgres`;
}

/** Databases of test processes that were killed. */
async function dropLeftovers(url: string): Promise<void> {
  const rows = await asSuperuser(
    url,
    "select datname as name from pg_database where datname like 'test\\_%'",
  );
  for (const { name } of rows) {
    const pid = Number(String(name).split("_")[1]);
    if (isAlive(pid)) continue;
    await asSuperuser(url, `drop database if exists ${name} with (force)`);
  }
}

/** Whether a process of that number runs. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // another user's
    return (error as { code?: string }).code === "EPERM";
  }
}

function asSuperuser(url: string, text: string): Promise<Record<string, unknown>[]> {
  return ask(url, text, []);
}

/** One statement over a connection of its own. */
async function ask(
  url: string,
  text: string,
  values: unknown[],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, values)).rows;
  } finally {
    await client.end();
  }
}
