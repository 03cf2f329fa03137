/** Where a command's runs are executed: by the project's running server, or, without one, by the command
 *  itself, which then ends after them. @module */
import { calledAs } from "../context/executable.ts";
import type { Acceptance } from "../dispatch/api.ts";
import type { RunningServer } from "../serve/server_file.ts";
import type { Store } from "../store/open_store.ts";
import type { BackfillRequest } from "../trigger/backfill.ts";
import { serverOf } from "./ask_server.ts";
import { UsageError } from "./exit_code.ts";
import type { Place } from "./place.ts";

type Variables = Readonly<Record<string, string>>;

/** Who is asked for runs. Each call is durable when it resolves, and throws where it cannot be done as asked. */
export interface RunPlace {
  readonly store: Store;
  /** Undefined where the command executes the runs. */
  readonly server: RunningServer | undefined;
  fire(trigger: string, variables: Variables): Promise<Acceptance>;
  /** Resolves when the run has ended. */
  cancel(run: string): Promise<void>;
  resume(run: string, variables: Variables): Promise<void>;
  /** Gives the new run's id. */
  retry(run: string): Promise<string>;
  /** Gives its id. */
  startBackfill(request: BackfillRequest): Promise<string>;
  cancelBackfill(backfill: string): Promise<void>;
  /** Tells how many runs there are again. */
  retryBackfill(backfill: string): Promise<number>;
}

/** Calls `work` with the place of this project, and closes it.
 *
 * @param wait false where the runs are to be left to the server
 * @throws {UsageError} where there is none to leave them to: they would end with the command */
export async function withRunPlace<Result>(
  place: Place,
  work: (runs: RunPlace) => Promise<Result>,
  { wait = true }: { readonly wait?: boolean } = {},
): Promise<Result> {
  const server = await serverOf(place);
  if (server) {
    const { withServerRuns } = await import("./server_runs.ts");
    return await withServerRuns(place, server, work);
  }
  if (!wait) {
    throw new UsageError(
      "Cannot leave runs to a server: none runs on this project; leave --no-wait out, or start one " +
        `with ${calledAs("serve")}`,
    );
  }
  const { withOwnRuns } = await import("./own_runs.ts");
  return await withOwnRuns(place, work);
}
