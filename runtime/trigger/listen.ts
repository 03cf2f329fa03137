/** Listens to a channel of Postgres, and connects again whenever the connection is lost. @module */
import { postgresProfile } from "../io/profiles/postgres_profile.ts";
import { loadProfiles } from "../io/profiles/profiles.ts";
import { quoteIdentifier } from "../io/postgres/sql_text.ts";
import type { Clock, Repeating } from "./clock.ts";

export interface ListenOptions {
  readonly projectFolder: string;
  readonly clock: Clock;
  readonly onNotification: (payload: string) => void;
  /** Told why there is no connection; the next try follows. */
  readonly onError: (error: unknown) => void;
}

const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;

/** Listens until it is closed. */
export function listen(
  { channel, profile }: { readonly channel: string; readonly profile: string },
  { projectFolder, clock, onNotification, onError }: ListenOptions,
): Repeating {
  const closing = Promise.withResolvers<void>();
  let isClosed = false;

  async function connected(onReady: () => void): Promise<void> {
    const [{ connect }, profiles] = await Promise.all([
      import("../io/postgres/connect.ts"),
      loadProfiles(projectFolder, projectFolder),
    ]);
    const settings = postgresProfile(await profiles.expand(profile));
    const { EmbeddedServer } = await import("../io/embedded/embedded.ts");
    const embedded = settings.host === "embedded"
      ? await EmbeddedServer.lease(projectFolder)
      : undefined;
    try {
      const client = await connect(settings, embedded);
      const lost = new Promise<Error>((resolve) => {
        client.on("error", resolve);
        client.on("end", () => resolve(new Error("the server closed the connection")));
      });
      try {
        client.on("notification", ({ payload }) => onNotification(payload ?? ""));
        await client.query(`listen ${quoteIdentifier(channel)}`);
        onReady();
        const reason = await Promise.race([lost, closing.promise]);
        if (reason && !isClosed) {
          const why = `Lost the connection that listens to ${channel} (profile ${profile})`;
          throw new Error(`${why}: ${reason.message}; it is made again`, { cause: reason });
        }
      } finally {
        await client.end().catch(() => {});
      }
    } finally {
      await embedded?.close();
    }
  }

  async function untilClosed(): Promise<void> {
    let delayMs = FIRST_DELAY_MS;
    while (!isClosed) {
      try {
        await connected(() => delayMs = FIRST_DELAY_MS);
      } catch (error) {
        if (!isClosed) onError(error);
      }
      if (isClosed) return;
      const rested = Promise.withResolvers<void>();
      const cancel = clock.after(delayMs, rested.resolve);
      await Promise.race([rested.promise, closing.promise]);
      cancel();
      delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS);
    }
  }

  const ended = untilClosed();
  return {
    async close() {
      isClosed = true;
      closing.resolve();
      await ended;
    },
  };
}
