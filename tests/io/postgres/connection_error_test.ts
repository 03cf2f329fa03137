import assert from "node:assert/strict";
import { join } from "node:path";
import { ConnectionError, postgres } from "../../../mod.ts";
import { inRun, testPostgres } from "../../services/postgres.ts";

async function failure(keys: Record<string, string | number>): Promise<ConnectionError> {
  const folder = await Deno.makeTempDir();
  try {
    const lines = Object.entries(keys).map(([key, value]) =>
      `  POSTGRES_${key}: ${JSON.stringify(value)}`
    );
    await Deno.writeTextFile(join(folder, "io_config.yaml"), ["dev:", ...lines].join("\n"));
    return await inRun(folder, () => postgres("dev").check()).then(
      () => assert.fail("connected"),
      (error) => error,
    );
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("check() tells why there is no connection", async () => {
  await using db = await testPostgres();
  const keys = {
    HOST: db.host,
    PORT: db.port,
    DBNAME: db.database,
    USER: db.user,
    PASSWORD: db.password,
  };
  using closed = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const silent = closed.addr.port;
  const free = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const refusing = free.addr.port;
  free.close();
  const cases: [string, Record<string, string | number>, string][] = [
    ["refused", { ...keys, PORT: refusing }, "connection refused; is the server running?"],
    [
      "password",
      { ...keys, PASSWORD: "wrong" },
      `password authentication failed for user "${db.user}"; look at POSTGRES_USER and POSTGRES_PASSWORD`,
    ],
    [
      "database",
      { ...keys, DBNAME: "nowhere" },
      'database "nowhere" does not exist; look at POSTGRES_DBNAME',
    ],
    [
      "silent",
      { ...keys, PORT: silent, CONNECT_TIMEOUT: 1 },
      "no answer within 1 s (POSTGRES_CONNECT_TIMEOUT)",
    ],
    [
      "host",
      { ...keys, HOST: "no.such.host.invalid" },
      "the host is not known; look at POSTGRES_HOST",
    ],
    [
      "ssl",
      { ...keys, SSLMODE: "require" },
      "The server does not support SSL connections; look at POSTGRES_SSLMODE",
    ],
  ];
  for (const [name, given, reason] of cases) {
    const error = await failure(given);
    assert.ok(error instanceof ConnectionError, name);
    assert.equal(error.profile, "dev");
    assert.equal(
      error.message,
      `Cannot connect to Postgres at ${given.HOST}:${given.PORT} (profile dev): ${reason}`,
    );
  }
});
