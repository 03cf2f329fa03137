/** The servers that the suite shares, started once before the first test. @module */
import { startTestPostgres } from "./postgres.ts";

export interface Services {
  /** What the tests' processes find the servers by. */
  readonly env: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts every server that tests share. */
export async function testServices(): Promise<Services> {
  const postgres = await startTestPostgres();
  return {
    env: { SLUICE_TEST_POSTGRES: postgres.url },
    stop: () => postgres.stop(),
  };
}
