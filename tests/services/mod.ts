/** The servers that the suite shares, started once before the first test. @module */
import { startTestGcs } from "./gcs.ts";
import { startTestPostgres } from "./postgres.ts";

export interface Services {
  /** What the tests' processes find the servers by. */
  readonly env: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts every server that tests share. */
export async function testServices(): Promise<Services> {
  const [postgres, gcs] = await Promise.all([startTestPostgres(), startTestGcs()]);
  return {
    env: {
      SLUICE_TEST_POSTGRES: postgres.url,
      ..."found" in gcs ? { SLUICE_TEST_GCS: gcs.found.url } : {},
    },
    async stop() {
      await Promise.all([postgres.stop(), "found" in gcs ? gcs.found.stop() : undefined]);
    },
  };
}
