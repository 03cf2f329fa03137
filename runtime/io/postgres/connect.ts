/** Opens connections: to a server, or to the project's own, whose users and databases are made as profiles
 *  name them. @module */
import type { Client, ClientConfig } from "pg";
import type { EmbeddedServer } from "../embedded/embedded.ts";
import type { PostgresProfile } from "../profiles/postgres_profile.ts";
import { connectFailure } from "./connection_error.ts";
import { quoteIdentifier } from "./sql_text.ts";

/** Wrong user, wrong password, no such database: all three are made in an embedded server. */
const NOT_MADE_YET = ["28000", "28P01", "3D000"];
const KEEP_ALIVE_MS = 30_000;

/** An open connection.
 *
 * @throws {ConnectionError} telling why there is none. */
export async function connect(
  profile: PostgresProfile,
  embedded: EmbeddedServer | undefined,
): Promise<Client> {
  if (!embedded) return await open(config(profile), profile);
  const { host, port, admin, adminPassword } = await embedded.address();
  const own = { ...profile, host, port };
  try {
    return await open(config(own), own);
  } catch (failure) {
    if (!NOT_MADE_YET.includes(codeOf(failure))) throw failure;
  }
  await embedded.alone(async () => {
    const superuser = { ...own, user: admin, password: adminPassword, database: "postgres" };
    const client = await open(config(superuser), superuser);
    try {
      await makeUserAndDatabase(client, profile);
    } finally {
      await client.end();
    }
  });
  return await open(config(own), own);
}

async function open(config: ClientConfig, profile: PostgresProfile): Promise<Client> {
  const { default: pg } = await import("pg");
  const client = new pg.Client(config);
  // a connection that breaks while nobody uses it is noticed at its next use
  client.on("error", () => {});
  try {
    await client.connect();
    return client;
  } catch (cause) {
    throw connectFailure(profile, cause);
  }
}

function config(profile: PostgresProfile): ClientConfig {
  const { host, port, user, database, connectTimeoutMs, sslMode } = profile;
  return {
    ...{ host, port, user, database },
    // not undefined: pg would look for one in its own variables and files
    password: profile.password ?? (() => undefined as never),
    ssl: sslMode === "disable" ? false : { rejectUnauthorized: sslMode === "verify-full" },
    connectionTimeoutMillis: connectTimeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    application_name: "sluice",
  };
}

/** The profile's user is a superuser, as in Postgres's container image, and owns the database. */
async function makeUserAndDatabase(client: Client, profile: PostgresProfile): Promise<void> {
  const user = quoteIdentifier(profile.user);
  const password = profile.password === undefined ? "null" : client.escapeLiteral(profile.password);
  const users = await client.query("select from pg_roles where rolname = $1", [profile.user]);
  const verb = users.rowCount === 0 ? "create" : "alter";
  await client.query(`${verb} role ${user} login superuser password ${password}`);
  const known = await client.query("select from pg_database where datname = $1", [
    profile.database,
  ]);
  if (known.rowCount === 0) {
    await client.query(`create database ${quoteIdentifier(profile.database)} owner ${user}`);
  }
}

function codeOf(failure: unknown): string {
  return String((failure as { cause?: { code?: unknown } }).cause?.code ?? "");
}
