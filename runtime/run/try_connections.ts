/** Tries the connections that a notebook names by literals, so that a wrong password is told before
 *  an hour of loading. @module */
import type { Pipeline } from "../compile/pipeline.ts";

/** No literal in `import()`: what is one is resolved at the start of every run. */
const POSTGRES = new URL("../io/postgres/connection.ts", import.meta.url).href;

/** Connects to each, all at once, inside the caller's scope, whose blocks use the same connections.
 *
 * @throws {Error} of the first that cannot be reached. */
export async function tryConnections({ connections }: Pipeline): Promise<void> {
  await Promise.all(connections.map(async ({ kind, profile }) => {
    if (kind !== "postgres") return;
    const { postgres }: typeof import("../io/postgres/connection.ts") = await import(POSTGRES);
    await postgres(profile).check();
  }));
}
