/** The servers that the suite shares, started once before the first test. @module */
import { startTestBigQuery } from "./bigquery.ts";
import { startTestGcs } from "./gcs.ts";
import { type PostgresServer, startTestPostgres } from "./postgres.ts";
import { startPostgresInMemory } from "./postgres_in_memory.ts";

export interface Services {
  /** What the tests' processes find the servers by. */
  readonly env: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts every server that tests share. */
export async function testServices(): Promise<Services> {
  const starting = startTestGcs();
  const [postgres, gcs, bigQuery] = await Promise.all([
    startPostgres(),
    starting,
    starting.then((gcs) =>
      startTestBigQuery({ storage: "found" in gcs ? gcs.found.url : undefined })
    ),
  ]);
  return {
    env: {
      SLUICE_TEST_POSTGRES: postgres.url,
      ..."found" in gcs ? { SLUICE_TEST_GCS: gcs.found.url } : {},
      ..."found" in bigQuery ? { SLUICE_TEST_BIGQUERY: JSON.stringify(bigQuery.found) } : {},
    },
    async stop() {
      await Promise.all([
        postgres.stop(),
        "found" in gcs ? gcs.found.stop() : undefined,
        "found" in bigQuery ? bigQuery.found.stop() : undefined,
      ]);
    },
  };
}

/** In memory where there is enough of it, else the one under `.sluice/tests`. */
async function startPostgres(): Promise<PostgresServer> {
  return await startPostgresInMemory() ?? await startTestPostgres();
}
