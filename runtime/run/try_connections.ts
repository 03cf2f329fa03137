/** Tries the connections that a notebook names by literals, so that a wrong password is told before
 *  an hour of loading. @module */
import type { Pipeline } from "../compile/pipeline.ts";
import { currentScope } from "../context/scope.ts";

/** Connects to each, all at once, inside the caller's scope, whose blocks use the same connections.
 *
 * @throws {Error} of the first that cannot be reached. */
export async function tryConnections({ connections }: Pipeline): Promise<void> {
  await Promise.all(connections.map(async ({ kind, profile }) => {
    if (kind === "postgres") {
      const { postgres } = await import("../io/postgres/connection.ts");
      await postgres(profile).check();
    } else if (kind === "gcs") {
      const { gcs } = await import("../io/gcs/connection.ts");
      await gcs(profile).check();
    } else if (kind === "bigquery") {
      const { googleProfile } = await import("../io/profiles/google_profile.ts");
      const { googleAuthClient } = await import("../io/google/auth_client.ts");
      await googleAuthClient(await googleProfile(profile ?? currentScope()?.profile ?? "default"));
    }
  }));
}
